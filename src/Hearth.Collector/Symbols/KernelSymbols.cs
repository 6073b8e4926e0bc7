using Hearth.Collector.Metering;
using Hearth.Native.Elf;
using Hearth.Native.Kernel;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector.Symbols;

/// <summary>
/// Names of the running kernel's functions. Read when the first kernel address asks, again when the kernel said that code came or
/// went, at most once per interval: reading costs the kernel some 50 ms of formatting.
/// </summary>
internal sealed partial class KernelSymbols(string procRoot, SymbolLimits limits, TimeProvider time, ILogger logger)
{
    private KernelSymbolTable _table = KernelSymbolTable.Empty;
    private byte[]? _buildId;
    private long _readAt;
    private bool _wasRead;
    private volatile bool _stale;

    /// <summary>Memory held, bytes.</summary>
    public long ByteSize => _table.ByteSize;

    /// <summary>Build id of the kernel in lower-case hex; empty when it has none or does not tell.</summary>
    public byte[] BuildId => _buildId ??= ReadBuildId();

    /// <summary>Code was loaded or removed. Any thread.</summary>
    public void Changed() => _stale = true;

    /// <summary>A window begins: reads again what is stale, if the interval allows.</summary>
    public void BeginWindow()
    {
        if (_wasRead && _stale && time.GetElapsedTime(_readAt).TotalSeconds >= limits.KernelSymbolsIntervalSeconds)
        {
            Read();
        }
    }

    /// <summary>The function at a kernel address; the name lives until the next window.</summary>
    public bool TryFind(ulong address, out ReadOnlySpan<byte> name, out string module)
    {
        if (!_wasRead)
        {
            Read();
        }

        return _table.TryFind(address, out _, out name, out module);
    }

    private void Read()
    {
        _wasRead = true;
        _stale = false;
        _readAt = time.GetTimestamp();
        try
        {
            using var file = new FileStream(Path.Combine(procRoot, "kallsyms"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
            _table = KernelSymbolTable.Read(file, out bool hidden);
            if (hidden)
            {
                SymbolMeter.FileRefused("kernel-addresses-hidden");
                LogHidden(logger);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            SymbolMeter.FileRefused("kernel-symbols-unreadable");
            LogUnreadable(logger, error.Message);
        }
    }

    private static byte[] ReadBuildId()
    {
        try
        {
            byte[] notes = File.ReadAllBytes("/sys/kernel/notes");
            return ElfNotes.TryFindBuildId(notes, 4, out ReadOnlySpan<byte> id)
                ? System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(id))
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message =
        "The kernel hides its addresses (kernel.kptr_restrict), so kernel frames have no names. "
        + "Run with CAP_SYSLOG, or: sudo sysctl kernel.kptr_restrict=0")]
    private static partial void LogHidden(ILogger logger);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning,
        Message = "Kernel frames have no names: /proc/kallsyms cannot be read ({Reason}).")]
    private static partial void LogUnreadable(ILogger logger, string reason);
}
