using System.Threading.Channels;

namespace Hearth.Collector.Sampling;

/// <summary>
/// The windows there are: one being filled, others being named and sent, the rest free. When naming falls so far behind that
/// none is free, the window that just ended is dropped and counted rather than the reading held up.
/// </summary>
internal sealed class WindowPool
{
    private readonly Channel<SampleWindow> _free;
    private readonly Channel<SampleWindow> _closed;

    /// <summary>Makes <paramref name="windows"/> windows with a bound on their stacks.</summary>
    public WindowPool(int stacksMax, int windows = 3)
    {
        _free = Channel.CreateBounded<SampleWindow>(windows);
        _closed = Channel.CreateBounded<SampleWindow>(windows);
        for (int i = 0; i < windows; i++)
        {
            _free.Writer.TryWrite(new SampleWindow(stacksMax));
        }
    }

    /// <summary>Windows to name and send; completed at shutdown.</summary>
    public ChannelReader<SampleWindow> Closed => _closed.Reader;

    /// <summary>A free window, or null.</summary>
    public SampleWindow? TryRent() => _free.Reader.TryRead(out SampleWindow? window) ? window : null;

    /// <summary>Hands a window over for sending.</summary>
    public void Close(SampleWindow window) => _closed.Writer.TryWrite(window);

    /// <summary>Takes a window back that was sent.</summary>
    public void Return(SampleWindow window) => _free.Writer.TryWrite(window);

    /// <summary>No further windows will be closed.</summary>
    public void Complete() => _closed.Writer.TryComplete();
}
