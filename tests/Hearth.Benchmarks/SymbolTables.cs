using BenchmarkDotNet.Attributes;
using Hearth.Native.Bytes;
using Hearth.Native.Elf;
using Hearth.Native.Kernel;

namespace Hearth.Benchmarks;

/// <summary>Function tables of a large program and of the running kernel: reading them, and looking addresses up.</summary>
[MemoryDiagnoser]
public class SymbolTables
{
    private const string Program = "/usr/bin/node";
    private const int LookUps = 10_000;

    private readonly ulong[] _addresses = new ulong[LookUps];
    private readonly byte[] _name = new byte[ElfSymbolTable.NameBytesMax];
    private ElfSymbolTable _table = null!;
    private KernelSymbolTable _kernel = null!;

    /// <summary>Opens both and picks addresses all over the program.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ElfImage image = Open();
        _table = ElfSymbolTable.Read(image, 500_000, out ElfError error) ?? throw new InvalidOperationException(error.Id());
        ElfSegment code = image.Segments.ToArray().Where(s => s.IsExecutable).MaxBy(s => s.FileSize);
        var random = new Random(1);
        for (int i = 0; i < LookUps; i++)
        {
            _addresses[i] = code.Address + (ulong)random.NextInt64((long)code.FileSize);
        }

        _kernel = ReadKernel();
        Console.WriteLine($"{Program}: {_table.Count} ranges, {_table.ByteSize} bytes");
        Console.WriteLine($"kernel: {_kernel.Count} functions, {_kernel.ByteSize} bytes");
    }

    /// <summary>Opens the program and reads its function table.</summary>
    [Benchmark]
    public int ReadProgram()
    {
        using ElfSymbolTable table = ElfSymbolTable.Read(Open(), 500_000, out _)!;
        return table.Count;
    }

    /// <summary>Reads /proc/kallsyms, the kernel's own formatting included.</summary>
    [Benchmark]
    public int ReadKernelSymbols() => ReadKernel().Count;

    /// <summary>An address to its function.</summary>
    [Benchmark(OperationsPerInvoke = LookUps)]
    public int Find()
    {
        int found = 0;
        foreach (ulong address in _addresses)
        {
            found += _table.TryFind(address, out _) ? 1 : 0;
        }

        return found;
    }

    /// <summary>An address to its function's name, read from the file.</summary>
    [Benchmark(OperationsPerInvoke = LookUps)]
    public int FindAndReadName()
    {
        int length = 0;
        foreach (ulong address in _addresses)
        {
            length += _table.TryFind(address, out ElfSymbol symbol) ? _table.ReadName(symbol, _name) : 0;
        }

        return length;
    }

    private static ElfImage Open()
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(Program);
        return ElfImage.Open(new FileBytes(handle, RandomAccess.GetLength(handle)), out ElfError error)
            ?? throw new InvalidOperationException(error.Id());
    }

    private static KernelSymbolTable ReadKernel()
    {
        using FileStream file = File.OpenRead("/proc/kallsyms");
        return KernelSymbolTable.Read(file, out _);
    }
}
