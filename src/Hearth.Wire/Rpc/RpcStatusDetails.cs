using Hearth.Wire.Protobuf;

namespace Hearth.Wire.Rpc;

/// <summary>
/// Builds and reads google.rpc.Status {code = 1, message = 2, details = 3 repeated Any {type_url = 1, value = 2}}: the body of an OTLP/HTTP
/// error and the content of the grpc-status-details-bin trailer.
/// </summary>
public static class RpcStatusDetails
{
    private const string TypePrefix = "type.googleapis.com/";
    private const string RetryInfoType = "google.rpc.RetryInfo";
    private const string BadRequestType = "google.rpc.BadRequest";
    private const long RetrySecondsMax = 24 * 60 * 60;

    /// <summary>A status without details.</summary>
    public static byte[] Plain(RpcCode code, string message) => Build(code, message, null, null);

    /// <summary>A status that asks the caller to wait before it tries again (google.rpc.RetryInfo {retry_delay = 1}).</summary>
    public static byte[] Retry(RpcCode code, string message, TimeSpan delay)
    {
        ProtoWriter detail = new(32);
        int mark = detail.Begin(1);
        WriteDuration(detail, delay < TimeSpan.Zero ? TimeSpan.Zero : delay);
        detail.End(mark);
        return Build(code, message, RetryInfoType, detail);
    }

    /// <summary>A status that names wrong fields (google.rpc.BadRequest {field_violations = 1 {field = 1, description = 2}}).</summary>
    public static byte[] BadRequest(RpcCode code, string message, params ReadOnlySpan<(string Field, string Description)> violations)
    {
        ProtoWriter detail = new();
        foreach ((string field, string description) in violations)
        {
            int mark = detail.Begin(1);
            detail.String(1, field);
            detail.String(2, description);
            detail.End(mark);
        }

        return Build(code, message, BadRequestType, detail);
    }

    /// <summary>The delay of the first RetryInfo in an encoded status, at most a day; null if there is none or it cannot be read.</summary>
    public static TimeSpan? RetryDelay(ReadOnlySpan<byte> status)
    {
        ProtoReader reader = new(status);
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field == 3 && type == WireType.LengthDelimited)
            {
                RpcDetail detail = ReadAny(reader.ReadMessage());
                if (detail.Type == RetryInfoType && ReadRetryInfo(detail.Value.Span) is TimeSpan delay)
                {
                    return delay;
                }
            }
            else
            {
                reader.Skip(type);
            }
        }

        return null;
    }

    /// <summary>The details of an encoded status, at most <paramref name="max"/>; what cannot be read is left out.</summary>
    internal static List<RpcDetail> Read(ReadOnlySpan<byte> status, int max)
    {
        List<RpcDetail> details = [];
        ProtoReader reader = new(status);
        while (details.Count < max && reader.ReadTag(out int field, out WireType type))
        {
            if (field == 3 && type == WireType.LengthDelimited)
            {
                RpcDetail detail = ReadAny(reader.ReadMessage());
                if (detail.Type.Length > 0)
                {
                    details.Add(detail);
                }
            }
            else
            {
                reader.Skip(type);
            }
        }

        return details;
    }

    private static byte[] Build(RpcCode code, string message, string? detailType, ProtoWriter? detail)
    {
        ProtoWriter writer = new(64 + message.Length);
        writer.Int64(1, (int)code);
        writer.String(2, message);
        if (detailType is not null && detail is not null)
        {
            int mark = writer.Begin(3);
            writer.String(1, TypePrefix + detailType);
            writer.Bytes(2, detail.Written);
            writer.End(mark);
        }

        return writer.Written.ToArray();
    }

    private static void WriteDuration(ProtoWriter writer, TimeSpan value)
    {
        writer.Int64(1, value.Ticks / TimeSpan.TicksPerSecond);
        writer.Int64(2, value.Ticks % TimeSpan.TicksPerSecond * 100);
    }

    private static RpcDetail ReadAny(ProtoReader any)
    {
        string name = "";
        byte[] value = [];
        while (any.ReadTag(out int field, out WireType type))
        {
            if (field == 1 && type == WireType.LengthDelimited)
            {
                string url = System.Text.Encoding.UTF8.GetString(any.ReadBytes());
                name = url[(url.LastIndexOf('/') + 1)..];
            }
            else if (field == 2 && type == WireType.LengthDelimited)
            {
                value = any.ReadBytes().ToArray();
            }
            else
            {
                any.Skip(type);
            }
        }

        return any.Failed ? new RpcDetail("", default) : new RpcDetail(name, value);
    }

    private static TimeSpan? ReadRetryInfo(ReadOnlySpan<byte> info)
    {
        ProtoReader reader = new(info);
        long seconds = 0;
        long nanos = 0;
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field != 1 || type != WireType.LengthDelimited)
            {
                reader.Skip(type);
                continue;
            }

            ProtoReader duration = reader.ReadMessage();
            while (duration.ReadTag(out int part, out WireType partType))
            {
                if (part is 1 or 2 && partType == WireType.Varint)
                {
                    long value = duration.ReadInt64();
                    (seconds, nanos) = part == 1 ? (value, nanos) : (seconds, value);
                }
                else
                {
                    duration.Skip(partType);
                }
            }

            reader.Absorb(duration);
        }

        if (reader.Failed || seconds < 0 || nanos is < 0 or > 999_999_999)
        {
            return null;
        }

        return TimeSpan.FromSeconds(Math.Min(seconds, RetrySecondsMax)) + TimeSpan.FromTicks(nanos / 100);
    }
}
