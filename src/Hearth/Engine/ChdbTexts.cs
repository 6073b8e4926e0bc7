using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Engine;

/// <summary>Texts with their lengths in unmanaged memory, as the engine takes parameters; null pointers when there are none.</summary>
internal sealed unsafe class ChdbTexts : IDisposable
{
    private readonly byte* _bytes;

    public ChdbTexts(IEnumerable<string> texts, int count)
    {
        if (count == 0)
        {
            return;
        }

        byte[][] encoded = [.. texts.Select(Encoding.UTF8.GetBytes)];
        _bytes = (byte*)NativeMemory.Alloc((nuint)Math.Max(encoded.Sum(static text => text.Length), 1));
        Pointers = (byte**)NativeMemory.Alloc((nuint)count, (nuint)sizeof(byte*));
        Lengths = (nuint*)NativeMemory.Alloc((nuint)count, (nuint)sizeof(nuint));
        byte* at = _bytes;
        for (int i = 0; i < count; i++)
        {
            encoded[i].CopyTo(new Span<byte>(at, encoded[i].Length));
            Pointers[i] = at;
            Lengths[i] = (nuint)encoded[i].Length;
            at += encoded[i].Length;
        }
    }

    public byte** Pointers { get; }

    public nuint* Lengths { get; }

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        NativeMemory.Free(Pointers);
        NativeMemory.Free(Lengths);
    }
}
