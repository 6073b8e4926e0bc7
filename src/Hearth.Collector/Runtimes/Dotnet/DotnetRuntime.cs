using Hearth.Native.Bytes;
using Hearth.Native.Elf;

namespace Hearth.Collector.Runtimes.Dotnet;

/// <summary>Recognises the .NET runtime by what is mapped, never by the name of a program.</summary>
internal static class DotnetRuntime
{
    private const int StringsBytesMax = 16 * 1024 * 1024;

    /// <summary>The runtime's library where it is not linked into the program.</summary>
    public const string LibraryName = "libcoreclr.so";

    /// <summary>
    /// True when a program carries the runtime in itself (single-file publishing): its dynamic symbols then have
    /// <c>DotNetRuntimeInfo</c> or <c>g_dacTable</c>.
    /// </summary>
    public static bool IsLinkedInto(ByteSource program)
    {
        ElfImage? image = ElfImage.Open(program, out _);
        if (image is null)
        {
            return false;
        }

        foreach (ref readonly ElfSection section in image.Sections)
        {
            if (section.Type == ElfSection.DynamicSymbols && section.Link < (uint)image.Sections.Length
                && image.TryRead(image.Sections[(int)section.Link], StringsBytesMax, out byte[] names))
            {
                return names.AsSpan().IndexOf("\0DotNetRuntimeInfo\0"u8) >= 0 || names.AsSpan().IndexOf("\0g_dacTable\0"u8) >= 0;
            }
        }

        return false;
    }
}
