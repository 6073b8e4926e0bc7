using System.Globalization;
using Hearth.Collector.Processes;
using Hearth.Collector.Unwind;
using Hearth.Testing;

namespace Hearth.Collector.Tests;

/// <summary>Names the functions of one program by what <c>nm</c> says about it: an oracle beside the collector's readers.</summary>
internal sealed class NmSymbols : ISymbolizer
{
    private readonly string _program;
    private readonly List<(ulong Start, ulong Size, byte[] Name)> _functions = [];

    public NmSymbols(string program)
    {
        _program = program;
        foreach (string line in Tool.Run(Require.Tool("nm"), "-S", "--defined-only", program).Split('\n'))
        {
            if (line.Split(' ') is [{ } start, { } size, "T" or "t", { } name])
            {
                _functions.Add((Hex(start), Hex(size), System.Text.Encoding.UTF8.GetBytes(name)));
            }
        }
    }

    public void Observe(ProcessEntry process)
    {
    }

    public void Exited(ProcessEntry process)
    {
    }

    public void BeginWindow(IReadOnlyList<ProcessEntry> processes, CancellationToken cancellation)
    {
    }

    public bool ResolveUser(ProcessEntry process, in ProcessMapping mapping, ulong address, LocationBuilder location)
    {
        // A position-independent program of gcc has file offset = address in its text segment.
        ulong offset = mapping.OffsetOf(address);
        foreach ((ulong start, ulong size, byte[] name) in _functions)
        {
            if (mapping.File.Path == _program && offset >= start && offset < start + size)
            {
                location.AddLine(name);
                return true;
            }
        }

        return false;
    }

    public bool ResolveKernel(ulong address, LocationBuilder location) => false;

    public void KernelSymbolsChanged()
    {
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
