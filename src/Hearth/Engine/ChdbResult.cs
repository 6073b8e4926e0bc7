using System.Runtime.InteropServices;

namespace Hearth.Engine;

/// <summary>A result of the engine, or a piece of one. Dispose it: its memory is the engine's.</summary>
internal sealed unsafe class ChdbResult(ChdbApi api, nint handle) : IDisposable
{
    private nint _handle = handle;

    /// <summary>The error text, <c>Code: N. DB::Exception: …</c>; null on success.</summary>
    public string? Error { get; } = handle == 0
        ? "Code: 0. DB::Exception: The engine gave no result. (LOGICAL_ERROR)"
        : Marshal.PtrToStringUTF8((nint)api.ResultError(handle));

    /// <summary>The bytes; valid until disposal. The engine's buffer is null when there are none.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            byte* buffer = _handle == 0 ? null : api.ResultBuffer(_handle);
            return buffer is null ? default : new ReadOnlySpan<byte>(buffer, checked((int)api.ResultLength(_handle)));
        }
    }

    /// <summary>Adds what this piece counted.</summary>
    public void AddTo(EngineSummary summary)
    {
        if (_handle == 0)
        {
            return;
        }

        summary.ResultRows += api.ResultRows(_handle);
        summary.ResultBytes += api.ResultBytes(_handle);
        summary.ReadRows = Math.Max(summary.ReadRows, api.StorageRows(_handle));
        summary.ReadBytes = Math.Max(summary.ReadBytes, api.StorageBytes(_handle));
        summary.WrittenRows += api.WrittenRows(_handle);
        summary.WrittenBytes += api.WrittenBytes(_handle);
    }

    public void Dispose()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            api.ResultDestroy(handle);
        }
    }
}
