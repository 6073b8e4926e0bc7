using System.Buffers;
using System.Text;

namespace Hearth.Storage.ClickHouse;

/// <summary>The blocks of a query's answer, read as they come. Dispose it, read to the end or not.</summary>
public sealed class ClickHouseResult : IAsyncDisposable
{
    private readonly ClickHouseOptions _options;
    private readonly ClickHouseExchange _exchange;
    private readonly Stream _body;
    private readonly byte[] _tag;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int _start;
    private int _end;
    private long _total;
    private bool _ended;
    private bool _disposed;

    internal ClickHouseResult(ClickHouseOptions options, ClickHouseExchange exchange, Stream body)
    {
        _options = options;
        _exchange = exchange;
        _body = body;
        _tag = Encoding.ASCII.GetBytes(exchange.ExceptionTag);
        Summary = exchange.Summary;
    }

    /// <summary>What the store said it did before the first block.</summary>
    public ClickHouseSummary Summary { get; }

    /// <summary>
    /// The next block with rows, or null at the end. The block before it is no longer valid.
    /// </summary>
    /// <exception cref="ClickHouseException">The query failed on the way, broke off, timed out, or is larger than allowed.</exception>
    public async ValueTask<NativeBlock?> ReadBlockAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int attempted = 0;
        while (true)
        {
            int available = _end - _start;
            if (available > 0 && (_ended || available >= 2 * attempted))
            {
                attempted = available;
                NativeReadStatus status = NativeBlockReader.TryRead(
                    _buffer.AsMemory(_start, available), out NativeBlock block, out int size);
                if (status == NativeReadStatus.Complete && !IsTrailer(size))
                {
                    _start += size;
                    attempted = 0;
                    if (block.Rows == 0)
                    {
                        continue;
                    }

                    return block;
                }

                if (_ended || (status == NativeReadStatus.Malformed && !MayBeTrailer()))
                {
                    throw Failure(status);
                }
            }

            if (_ended)
            {
                return null;
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        await _body.DisposeAsync().ConfigureAwait(false);
        _exchange.Dispose();
    }

    // A block cannot end in the answer's own tag by chance: what parsed was the trailer of a failure.
    private bool IsTrailer(int size) =>
        _ended && _start + size == _end && ClickHouseError.FindTrailer(_buffer.AsSpan(_start, _end - _start), _tag) is not null;

    // A trailer can look malformed before all of it has come.
    private bool MayBeTrailer() => _tag.Length > 0 && _end - _start < ClickHouseClient.TrailerBytesMax;

    private ClickHouseException Failure(NativeReadStatus status)
    {
        ClickHouseException? trailer = ClickHouseError.FindTrailer(_buffer.AsSpan(_start, _end - _start), _tag);
        return trailer ?? new ClickHouseException(
            ClickHouseFailure.Malformed,
            status == NativeReadStatus.More
                ? "The store's answer broke off in the middle of a block."
                : "The store's answer is not a block of the Native format, or has a column type that is not read here.");
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Grow();
        }

        int read = await _exchange.ReadAsync(_body, _buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _ended = read == 0;
        _end += read;
        _total += read;
        if (_total > _options.ResultBytesMax)
        {
            throw new ClickHouseException(
                ClickHouseFailure.TooLarge,
                $"The result is larger than {_options.ResultBytesMax} bytes. Ask for a shorter range or fewer series.");
        }
    }

    private void Grow()
    {
        if (_buffer.Length >= _options.BlockBytesMax)
        {
            throw new ClickHouseException(
                ClickHouseFailure.TooLarge, $"A block of the result is larger than {_options.BlockBytesMax} bytes.");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffer.Length * 2L, _options.BlockBytesMax));
        Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
