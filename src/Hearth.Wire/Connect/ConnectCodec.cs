namespace Hearth.Wire.Connect;

/// <summary>How the messages of a Connect call are written; the caller chooses by content type.</summary>
public enum ConnectCodec
{
    /// <summary>Binary protobuf, application/proto.</summary>
    Proto,

    /// <summary>The JSON mapping of protobuf, application/json.</summary>
    Json,
}
