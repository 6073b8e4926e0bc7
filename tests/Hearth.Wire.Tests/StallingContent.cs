using System.Net;

namespace Hearth.Wire.Tests;

/// <summary>A request body that sends its first bytes and then nothing until it is disposed.</summary>
internal sealed class StallingContent(byte[] start) : HttpContent
{
    private readonly CancellationTokenSource _end = new();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(start, _end.Token);
        await stream.FlushAsync(_end.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, _end.Token);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _end.Cancel();
        base.Dispose(disposing);
    }
}
