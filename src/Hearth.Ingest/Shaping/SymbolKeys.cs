using System.Buffers.Binary;
using System.Text;
using Hearth.Profiles.Ids;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// Keys under which the writer remembers what it has written: an id together with the space and the time it was written for.
/// </summary>
internal static class SymbolKeys
{
    private const ulong StackKind = 0xA076_1D64_78BD_642F;
    private const ulong FrameKind = 0xE703_7ED1_A0B4_28DB;
    private const ulong FunctionKind = 0x8EBC_6AF0_9C88_C6E3;
    private const ulong MappingKind = 0x5899_65CC_7537_4CC3;
    private const ulong SeriesKind = 0x1D8E_4E27_C47D_124F;
    private const ulong HeaderKind = 0xEB44_ACCA_B455_D165;

    /// <summary>Hash of tenant and service: the space of stack ids.</summary>
    public static ulong Scope(string tenant, string service)
    {
        int size = Encoding.UTF8.GetByteCount(tenant) + Encoding.UTF8.GetByteCount(service) + 4;
        byte[] bytes = new byte[size];
        int at = 4 + Encoding.UTF8.GetBytes(tenant, bytes.AsSpan(4));
        BinaryPrimitives.WriteInt32LittleEndian(bytes, at - 4);
        Encoding.UTF8.GetBytes(service, bytes.AsSpan(at));
        return ContentIds.Low(Xxh3.Hash128(bytes));
    }

    /// <summary>A stack of a service, written on a day.</summary>
    public static ulong Stack(ulong id, ulong scope, int day) => Mix(id ^ scope, StackKind + (ulong)day);

    /// <summary>A frame written on a day.</summary>
    public static ulong Frame(ulong id, ulong tenant, int day) => Mix(id ^ tenant, FrameKind + (ulong)day);

    /// <summary>A function written on a day.</summary>
    public static ulong Function(ulong id, ulong tenant, int day) => Mix(id ^ tenant, FunctionKind + (ulong)day);

    /// <summary>A mapping written on a day.</summary>
    public static ulong Mapping(ulong id, ulong tenant, int day) => Mix(id ^ tenant, MappingKind + (ulong)day);

    /// <summary>A header written on a day.</summary>
    public static ulong Header(ulong id, ulong tenant, int day) => Mix(id ^ tenant, HeaderKind + (ulong)day);

    /// <summary>A series of a type, written on a day.</summary>
    public static ulong Series(ulong id, ulong scope, ulong type, int day) => Mix(id ^ scope, (SeriesKind + (ulong)day) ^ type);

    // The upper and lower half of a product, folded: every bit of either side reaches the low bits, which choose the slot.
    private static ulong Mix(ulong id, ulong space)
    {
        ulong high = Math.BigMul(id ^ 0x2D35_8DCC_AA6C_78A5, space | 1, out ulong low);
        return high ^ low ^ id;
    }
}
