namespace Hearth.Wire.Http;

/// <summary>How reading a request body ended.</summary>
public enum BodyStatus
{
    /// <summary>The body is there, decompressed.</summary>
    Ok,

    /// <summary>More bytes than allowed, before or after decompression: 413.</summary>
    TooLarge,

    /// <summary>A Content-Encoding other than gzip, deflate and identity: 415.</summary>
    UnsupportedEncoding,

    /// <summary>The compressed data is damaged, or the body breaks HTTP: 400.</summary>
    Malformed,

    /// <summary>The body did not come in time: 408.</summary>
    TimedOut,
}
