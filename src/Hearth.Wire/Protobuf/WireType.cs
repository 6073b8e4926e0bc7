namespace Hearth.Wire.Protobuf;

/// <summary>The protobuf wire types (encoding specification, "Message Structure").</summary>
public enum WireType
{
    /// <summary>Base-128 integer of 1 to 10 bytes.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little endian.</summary>
    Fixed64 = 1,

    /// <summary>A varint length and that many bytes.</summary>
    LengthDelimited = 2,

    /// <summary>Start of a group (deprecated; skipped as a whole).</summary>
    StartGroup = 3,

    /// <summary>End of a group.</summary>
    EndGroup = 4,

    /// <summary>Four bytes, little endian.</summary>
    Fixed32 = 5,
}
