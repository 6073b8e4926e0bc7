namespace Hearth.Wire.Grpc;

/// <summary>The content types of gRPC.</summary>
internal static class GrpcContentType
{
    /// <summary>What both sides send.</summary>
    public const string Value = "application/grpc";

    /// <summary>True for application/grpc and application/grpc+proto, parameters allowed; false for gRPC-Web and other codecs.</summary>
    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(Value, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        ReadOnlySpan<char> rest = contentType.AsSpan(Value.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[6..];
        }

        rest = rest.TrimStart(' ');
        return rest.IsEmpty || rest[0] == ';';
    }
}
