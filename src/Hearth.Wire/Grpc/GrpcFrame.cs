using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Hearth.Wire.Compression;
using Hearth.Wire.Rpc;

namespace Hearth.Wire.Grpc;

/// <summary>The one length-prefixed message of a unary call: a compression flag, a big-endian length of 4 bytes, the message.</summary>
internal static class GrpcFrame
{
    /// <summary>Bytes in front of a message.</summary>
    public const int HeaderBytes = 5;

    /// <summary>Writes the header of a frame.</summary>
    public static void WriteHeader(Span<byte> header, bool compressed, int length)
    {
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
    }

    /// <summary>
    /// Reads a request body that holds exactly one frame into <paramref name="raw"/>. A length beyond the limits is refused when it is
    /// read, and memory grows with the bytes that come, not with the length.
    /// </summary>
    public static async ValueTask<RpcFailure?> ReadAsync(
        PipeReader body, PooledBuffer raw, RpcLimits limits, bool gzip, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellation);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                raw.Append(segment.Span);
            }

            body.AdvanceTo(read.Buffer.End);
            if (raw.Length >= HeaderBytes)
            {
                RpcFailure? failure = CheckHeader(raw.Written, limits, gzip, out long end);
                if (failure is not null || raw.Length > end)
                {
                    return failure ?? new RpcFailure(
                        RpcCode.Unimplemented, "The method takes one message and the request holds more.", null, "several-messages");
                }

                if (read.IsCompleted && raw.Length == end)
                {
                    return null;
                }
            }

            if (read.IsCompleted)
            {
                return raw.Length == 0
                    ? new RpcFailure(RpcCode.Unimplemented, "The method takes one message and the request holds none.", null, "no-message")
                    : new RpcFailure(RpcCode.Internal, "The request ends in the middle of its message.", null, "frame-truncated");
            }
        }
    }

    /// <summary>The message of a frame <see cref="ReadAsync"/> accepted, decompressed into <paramref name="inflated"/>.</summary>
    public static RpcFailure? Unwrap(PooledBuffer raw, PooledBuffer inflated, RpcLimits limits, out ReadOnlyMemory<byte> message)
    {
        message = raw.WrittenMemory[HeaderBytes..];
        if (raw.Written[0] == 0 || message.IsEmpty)
        {
            return null; // some senders write nothing at all for compressed nothing
        }

        DecompressResult result = Gzip.Decompress(message.Span, inflated, limits.MessageBytesMax);
        message = inflated.WrittenMemory;
        return result switch
        {
            DecompressResult.Ok => null,
            DecompressResult.TooLarge => TooLarge("after decompression", limits.MessageBytesMax),
            _ => new RpcFailure(RpcCode.Internal, $"The gzip data of the message is damaged ({result}).", null, "gzip-damaged"),
        };
    }

    private static RpcFailure? CheckHeader(ReadOnlySpan<byte> raw, RpcLimits limits, bool gzip, out long end)
    {
        long length = BinaryPrimitives.ReadUInt32BigEndian(raw[1..]);
        end = HeaderBytes + length;
        return raw[0] switch
        {
            0 => length > limits.MessageBytesMax ? TooLarge("long", limits.MessageBytesMax) : null,
            1 when !gzip => new RpcFailure(
                RpcCode.Internal, "The message is marked as compressed, but grpc-encoding names no compression.", null, "frame-flag"),
            1 => length > limits.CompressedBytesMax ? TooLarge("compressed", limits.CompressedBytesMax) : null,
            _ => new RpcFailure(RpcCode.Internal, $"A frame starts with flag {raw[0]}; only 0 and 1 exist.", null, "frame-flag"),
        };
    }

    private static RpcFailure TooLarge(string how, int max) => new(
        RpcCode.ResourceExhausted, $"The message is more than {max} bytes {how}, the most this method takes.", null, "message-too-large");
}
