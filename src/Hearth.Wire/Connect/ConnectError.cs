using System.Text.Json;
using Hearth.Wire.Compression;
using Hearth.Wire.Rpc;

namespace Hearth.Wire.Connect;

/// <summary>The JSON body of a failed Connect call: code, message, and details as {type, value} with unpadded base64.</summary>
internal static class ConnectError
{
    private const int DetailsMax = 16;

    /// <summary>Appends the body for a failure.</summary>
    public static void Write(RpcFailure failure, PooledBuffer output)
    {
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("code", RpcCodes.Name(failure.Code));
        if (failure.Message.Length > 0)
        {
            json.WriteString("message", failure.Message);
        }

        List<RpcDetail> details = failure.Details is null ? [] : RpcStatusDetails.Read(failure.Details, DetailsMax);
        if (details.Count > 0)
        {
            json.WriteStartArray("details");
            foreach (RpcDetail detail in details)
            {
                json.WriteStartObject();
                json.WriteString("type", detail.Type);
                json.WriteString("value", Convert.ToBase64String(detail.Value.Span).TrimEnd('='));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
