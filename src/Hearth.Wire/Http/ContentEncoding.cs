namespace Hearth.Wire.Http;

/// <summary>The content codings of RFC 9110, 8.4.1 that are read here.</summary>
internal enum ContentEncoding
{
    Unknown,
    Identity,
    Gzip,
    Deflate,
}
