using System.Globalization;
using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Reading;

/// <summary>Gives stacks their names, out of a cache or the symbol tables.</summary>
internal sealed class StackResolver(SymbolReader symbols, SymbolOptions options, TimeProvider time)
{
    private readonly SymbolCache<(string Tenant, string Service, ulong Stack), ResolvedStack> _stacks = new(
        options.StackBytesMax,
        TimeSpan.FromSeconds(options.AgeSeconds),
        time,
        static stack => 64 + (8 * (stack.Functions.Length + stack.Frames.Length)));

    private readonly SymbolCache<(string Tenant, ulong Frame), string[]> _frames = new(
        options.FrameBytesMax,
        TimeSpan.FromSeconds(options.AgeSeconds),
        time,
        static names => 32 + names.Sum(static name => 30 + (2 * name.Length)));

    public async Task<ResolvedStack[]> ResolveAsync(
        string tenant, string service, IReadOnlyList<ulong> stackIds, CancellationToken cancellationToken)
    {
        ResolvedStack[] resolved = new ResolvedStack[stackIds.Count];
        HashSet<ulong> missing = [];
        for (int i = 0; i < stackIds.Count; i++)
        {
            ResolvedStack? known = _stacks.Get((tenant, service, stackIds[i]));
            if (known is null)
            {
                missing.Add(stackIds[i]);
            }
            else
            {
                resolved[i] = known;
            }
        }

        StorageMetrics.SymbolCacheLookups.Add(stackIds.Count - missing.Count, new KeyValuePair<string, object?>("result", "hit"));
        StorageMetrics.SymbolCacheLookups.Add(missing.Count, new KeyValuePair<string, object?>("result", "miss"));
        if (missing.Count == 0)
        {
            return resolved;
        }

        Dictionary<ulong, ResolvedStack> read = await ReadAsync(tenant, service, missing, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < resolved.Length; i++)
        {
            // A stack the store does not know is not remembered: its row may be on the way.
            resolved[i] ??= read.TryGetValue(stackIds[i], out ResolvedStack? stack) ? stack : new ResolvedStack(stackIds[i], [], []);
        }

        return resolved;
    }

    private async Task<Dictionary<ulong, ResolvedStack>> ReadAsync(
        string tenant, string service, HashSet<ulong> ids, CancellationToken cancellationToken)
    {
        Dictionary<ulong, ulong[]> stacks = await symbols.StacksAsync(tenant, service, ids, cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, string[]> names = await FramesAsync(tenant, stacks.Values, cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, ResolvedStack> resolved = new(stacks.Count);
        List<string> functions = [];
        foreach ((ulong id, ulong[] frames) in stacks)
        {
            functions.Clear();
            for (int i = frames.Length - 1; i >= 0; i--)
            {
                string[] inlined = names[frames[i]];
                for (int j = inlined.Length - 1; j >= 0; j--)
                {
                    functions.Add(inlined[j]);
                }
            }

            ResolvedStack stack = new(id, [.. functions], frames);
            resolved.Add(id, stack);
            _stacks.Add((tenant, service, id), stack);
        }

        return resolved;
    }

    // Names of every frame, innermost first.
    private async Task<Dictionary<ulong, string[]>> FramesAsync(
        string tenant, IEnumerable<ulong[]> stacks, CancellationToken cancellationToken)
    {
        Dictionary<ulong, string[]> names = [];
        HashSet<ulong> missing = [];
        foreach (ulong[] stack in stacks)
        {
            foreach (ulong frame in stack)
            {
                if (names.ContainsKey(frame) || missing.Contains(frame))
                {
                    continue;
                }

                string[]? known = _frames.Get((tenant, frame));
                if (known is null)
                {
                    missing.Add(frame);
                }
                else
                {
                    names.Add(frame, known);
                }
            }
        }

        if (missing.Count > 0)
        {
            await ReadFramesAsync(tenant, missing, names, cancellationToken).ConfigureAwait(false);
        }

        return names;
    }

    private async Task ReadFramesAsync(
        string tenant, HashSet<ulong> ids, Dictionary<ulong, string[]> names, CancellationToken cancellationToken)
    {
        Dictionary<ulong, ExportFrame> frames = await symbols.FramesAsync(tenant, ids, cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, ExportFunction> functions = await symbols.FunctionsAsync(
            tenant, frames.Values.SelectMany(static frame => frame.Functions).ToHashSet(), cancellationToken).ConfigureAwait(false);
        Dictionary<ulong, ExportMapping> mappings = await symbols.MappingsAsync(
            tenant,
            frames.Values.Where(static frame => frame.Functions.Length == 0).Select(static frame => frame.Mapping).ToHashSet(),
            cancellationToken).ConfigureAwait(false);
        Dictionary<string, string> same = new(StringComparer.Ordinal);
        foreach (ulong id in ids)
        {
            string[] inlined = frames.TryGetValue(id, out ExportFrame? frame) ? NamesOf(frame, functions, mappings) : [$"[unknown frame]"];
            for (int i = 0; i < inlined.Length; i++)
            {
                if (!same.TryAdd(inlined[i], inlined[i]))
                {
                    inlined[i] = same[inlined[i]];
                }
            }

            names.Add(id, inlined);
            if (frame is not null)
            {
                _frames.Add((tenant, id), inlined);
            }
        }
    }

    private static string[] NamesOf(
        ExportFrame frame, Dictionary<ulong, ExportFunction> functions, Dictionary<ulong, ExportMapping> mappings)
    {
        if (frame.Functions.Length == 0)
        {
            return [AddressName(frame, mappings.GetValueOrDefault(frame.Mapping))];
        }

        string[] names = new string[frame.Functions.Length];
        for (int i = 0; i < names.Length; i++)
        {
            ExportFunction? function = functions.GetValueOrDefault(frame.Functions[i]);
            string name = function is null ? "" : function.Name.Length > 0 ? function.Name : function.SystemName;
            names[i] = name.Length > 0 ? name : "[unknown function]";
        }

        return names;
    }

    private static string AddressName(ExportFrame frame, ExportMapping? mapping)
    {
        string offset = string.Create(CultureInfo.InvariantCulture, $"0x{frame.Address:x}");
        if (mapping is null)
        {
            return offset;
        }

        string file = mapping.File[(mapping.File.LastIndexOf('/') + 1)..];
        return file.Length > 0 ? $"{file}+{offset}" : mapping.BuildId.Length > 0 ? $"{mapping.BuildId}+{offset}" : offset;
    }
}
