using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Hearth.Wire.Protobuf;

namespace Hearth.Ingest.Tests.Otlp;

/// <summary>Export requests for tests.</summary>
internal static class OtlpRequest
{
    /// <summary>A request that a document says.</summary>
    public static byte[] Of(ProfileDocument document)
    {
        ProtoWriter writer = new();
        OtlpProfilesWriter.Write(document, writer);
        return writer.Written.ToArray();
    }

    /// <summary>A request with one profile of one service that was just taken; one sample per value, each with its own stack.</summary>
    public static byte[] Of(string service, params long[] values) => Of(service, DateTimeOffset.MinValue, values);

    /// <summary>A request with one profile.</summary>
    public static byte[] Of(string service, DateTimeOffset start, params long[] values)
    {
        DocumentBuilder builder = new();
        DateTimeOffset at = start == DateTimeOffset.MinValue ? TimeProvider.System.GetUtcNow() : start;
        Profile profile = builder.Profile(builder.Group(("service.name", service), ("k8s.pod.name", service + "-1")), at);
        for (int i = 0; i < values.Length; i++)
        {
            builder.Sample(profile, builder.Stack($"leaf{i}", "main"), values[i]);
        }

        return Of(builder.Document);
    }

    /// <summary>An ExportProfilesServiceResponse as (rejected profiles, message); nulls when it reports full success.</summary>
    public static (long? Rejected, string? Message) Reply(ReadOnlySpan<byte> reply)
    {
        ProtoReader reader = new(reply);
        (long? rejected, string? message) = (null, null);
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field != 1)
            {
                reader.Skip(type);
                continue;
            }

            (rejected, message) = (0, "");
            ProtoReader partial = reader.ReadMessage();
            while (partial.ReadTag(out int part, out WireType partType))
            {
                if (part == 1)
                {
                    rejected = partial.ReadInt64();
                }
                else if (part == 2)
                {
                    message = System.Text.Encoding.UTF8.GetString(partial.ReadBytes());
                }
                else
                {
                    partial.Skip(partType);
                }
            }
        }

        return (rejected, message);
    }

    /// <summary>A google.rpc.Status as (code, message).</summary>
    public static (int Code, string Message) Status(ReadOnlySpan<byte> status)
    {
        ProtoReader reader = new(status);
        (int code, string message) = (0, "");
        while (reader.ReadTag(out int field, out WireType type))
        {
            if (field == 1)
            {
                code = reader.ReadInt32();
            }
            else if (field == 2)
            {
                message = System.Text.Encoding.UTF8.GetString(reader.ReadBytes());
            }
            else
            {
                reader.Skip(type);
            }
        }

        return (code, message);
    }
}
