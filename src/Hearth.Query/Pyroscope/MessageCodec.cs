using System.Text;
using Google.Protobuf;
using Hearth.Wire.Connect;
using Hearth.Wire.Rpc;

namespace Hearth.Query.Pyroscope;

/// <summary>
/// Messages in both codecs of Connect. JSON follows the mapping of protobuf: unknown fields are ignored, both spellings of a name are
/// read, defaults are left out and 64-bit numbers written as strings.
/// </summary>
internal static class MessageCodec
{
    private const int DepthMax = 32;

    private static readonly JsonParser Json = new(new JsonParser.Settings(DepthMax).WithIgnoreUnknownFields(true));

    /// <summary>Reads the request of a call; throws invalid_argument with a sentence when it is not such a message.</summary>
    public static T Read<T>(ConnectCall call, MessageParser<T> parser)
        where T : IMessage<T>, new()
    {
        try
        {
            return call.Codec == ConnectCodec.Proto
                ? parser.ParseFrom(call.Message.Span)
                : Json.Parse<T>(Encoding.UTF8.GetString(call.Message.Span));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new RpcException(RpcCode.InvalidArgument, $"The request is not a valid {typeof(T).Name}: {e.Message}");
        }
    }

    /// <summary>A reply in the codec of its call.</summary>
    public static ReadOnlyMemory<byte> Write(IMessage message, ConnectCodec codec) =>
        codec == ConnectCodec.Proto ? message.ToByteArray() : Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(message));
}
