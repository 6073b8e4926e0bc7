namespace Hearth.Collector.Perf;

/// <summary>Receives records in the order of their times.</summary>
internal delegate void PerfRecordHandler(ulong timeNanos, in PerfRecord record);

/// <summary>
/// Merges the rings of all CPUs by time without copying: records later than the watermark stay in their rings for the next
/// turn, since an earlier one may still arrive on another CPU. A heap of ring heads, so many CPUs stay cheap.
/// </summary>
internal sealed class RingMerge
{
    private (ulong Time, PerfRing Ring)[] _heap = [];
    private ulong _lastTime;
    private int _count;

    /// <summary>
    /// Records handed over with a time before one handed over earlier: the watermark was too tight for them.
    /// </summary>
    public long Late { get; private set; }

    /// <summary>Hands over every record that is not later than the watermark, oldest first, and frees its place in the ring.</summary>
    /// <param name="rings">All rings.</param>
    /// <param name="watermarkNanos">
    /// CLOCK_MONOTONIC nanoseconds; everything up to it must have been written before the call, see <see cref="PerfRing.Snapshot"/>.
    /// </param>
    /// <param name="handler">Receives the records.</param>
    /// <returns>Records handed over.</returns>
    public int Drain(IReadOnlyList<PerfRing> rings, ulong watermarkNanos, PerfRecordHandler handler)
    {
        Start(rings);
        int handled = 0;
        while (_count > 0 && _heap[0].Time <= watermarkNanos)
        {
            (ulong time, PerfRing ring) = _heap[0];
            if (ring.TryPeek(out PerfRecord record))
            {
                Late += time < _lastTime ? 1 : 0;
                _lastTime = Math.Max(_lastTime, time);
                handler(time, record);
                ring.Advance(record.Length);
                handled++;
            }

            if (ring.TryPeek(out PerfRecord next))
            {
                _heap[0].Time = next.TimeNanos;
            }
            else
            {
                _heap[0] = _heap[--_count];
            }

            SiftDown(0);
        }

        for (int i = 0; i < rings.Count; i++)
        {
            rings[i].Release();
        }

        return handled;
    }

    private void Start(IReadOnlyList<PerfRing> rings)
    {
        if (_heap.Length < rings.Count)
        {
            _heap = new (ulong, PerfRing)[rings.Count];
        }

        _count = 0;
        for (int i = 0; i < rings.Count; i++)
        {
            rings[i].Snapshot();
            if (rings[i].TryPeek(out PerfRecord record))
            {
                _heap[_count++] = (record.TimeNanos, rings[i]);
            }
        }

        for (int i = (_count / 2) - 1; i >= 0; i--)
        {
            SiftDown(i);
        }
    }

    private void SiftDown(int at)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _count)
            {
                return;
            }

            if (child + 1 < _count && _heap[child + 1].Time < _heap[child].Time)
            {
                child++;
            }

            if (_heap[at].Time <= _heap[child].Time)
            {
                return;
            }

            (_heap[at], _heap[child]) = (_heap[child], _heap[at]);
            at = child;
        }
    }
}
