using System.Text;

namespace Hearth.Collector.Tests.Processes.Identity;

/// <summary>Writes ProcessContext {resource {attributes}} by hand, for texts shorter than 64 bytes.</summary>
internal static class OtelContextPayload
{
    public static byte[] Of(params (string Key, string Value)[] attributes)
    {
        byte[] resource = [.. attributes.SelectMany(a =>
        {
            byte[] value = Field(1, Encoding.UTF8.GetBytes(a.Value));
            return Field(1, [.. Field(1, Encoding.UTF8.GetBytes(a.Key)), .. Field(2, value)]);
        })];
        return Field(1, resource);
    }

    private static byte[] Field(int number, byte[] body) => [(byte)((number << 3) | 2), (byte)body.Length, .. body];
}
