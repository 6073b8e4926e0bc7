namespace Hearth.Wire.Protobuf;

/// <summary>Why a <see cref="ProtoReader"/> stopped. The first failure sticks; later reads return defaults.</summary>
public enum ProtoError
{
    /// <summary>Nothing went wrong.</summary>
    None,

    /// <summary>The bytes end in the middle of a value, or a length reaches past the end.</summary>
    Truncated,

    /// <summary>A varint of more than ten bytes or of more than 64 bits.</summary>
    VarintTooLong,

    /// <summary>Field number 0 or above 2^29 - 1, or a wire type that does not exist.</summary>
    BadTag,

    /// <summary>A value whose wire type is not the one its field has.</summary>
    WrongWireType,

    /// <summary>Messages or groups nested deeper than <see cref="ProtoReader.DepthMax"/>.</summary>
    TooDeep,
}
