using System.Text;
using Hearth.Native.Bytes;
using Hearth.Native.Elf;

namespace Hearth.Native.Tests.Elf;

/// <summary>Opens real files the way the collector does.</summary>
internal static class ElfFile
{
    public static ElfImage Open(string path)
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path);
        ElfImage? image = ElfImage.Open(new FileBytes(handle, RandomAccess.GetLength(handle)), out ElfError error);
        return image ?? throw new InvalidOperationException($"{path}: {error.Id()}");
    }

    public static string? NameAt(this ElfSymbolTable table, ulong address)
    {
        Span<byte> name = stackalloc byte[ElfSymbolTable.NameBytesMax];
        return table.TryFind(address, out ElfSymbol symbol) ? Encoding.UTF8.GetString(name[..table.ReadName(symbol, name)]) : null;
    }
}
