using System.Runtime.InteropServices;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Model;
using Hearth.Storage.Writing;

namespace Hearth.Ingest.Committing;

/// <summary>
/// What a profile says once and export needs again: the ranges its binaries were mapped at, comments, filters, sample types.
/// </summary>
internal sealed class HeaderBuilder
{
    private const int RangesMax = 4096;

    private readonly Column<ulong> _mappings = new();
    private readonly Column<ulong> _starts = new();
    private readonly Column<ulong> _limits = new();
    private readonly Column<ulong> _offsets = new();
    private readonly Column<byte> _comments = new();
    private readonly Column<byte> _types = new();
    private readonly Column<ulong> _hashes = new();
    private SymbolTable _symbols = null!;
    private Profile _profile = null!;

    /// <summary>Collects the header of a profile whose frames lie in <paramref name="mappings"/>. Returns its id.</summary>
    public ulong Build(SymbolTable symbols, SymbolIds ids, Profile profile, ulong mappings)
    {
        _symbols = symbols;
        _profile = profile;
        AddRanges(ids, mappings);
        _comments.Clear();
        foreach (int comment in profile.Comments.Span)
        {
            _comments.AddRange(symbols.Strings[comment]);
            _comments.Add((byte)'\n');
        }

        _types.Clear();
        foreach (Profiles.Model.ValueType type in profile.SampleTypes.Span)
        {
            _types.AddRange(symbols.Strings[type.Type]);
            _types.Add((byte)'/');
            _types.AddRange(symbols.Strings[type.Unit]);
            _types.Add((byte)'\n');
        }

        return Hash();
    }

    /// <summary>The row of the header built last.</summary>
    public HeaderRow Row(ReadOnlySpan<byte> tenant, ulong id, long seenSeconds) => new()
    {
        Tenant = tenant,
        Header = id,
        DefaultSampleType = _symbols.Strings[_profile.DefaultSampleType],
        DropFrames = _symbols.Strings[_profile.DropFrames],
        KeepFrames = _symbols.Strings[_profile.KeepFrames],
        DocUrl = _symbols.Strings[_profile.DocUrl],
        Comments = _comments.Span,
        SampleTypes = _types.Span,
        Mappings = _mappings.Span,
        Starts = _starts.Span,
        Limits = _limits.Span,
        Offsets = _offsets.Span,
        SeenSeconds = seenSeconds,
    };

    private void AddRanges(SymbolIds ids, ulong used)
    {
        _mappings.Clear();
        _starts.Clear();
        _limits.Clear();
        _offsets.Clear();
        Span<Mapping> mappings = _symbols.Mappings.Span;
        for (int i = 1; i < mappings.Length && _mappings.Count < RangesMax; i++)
        {
            if ((used & SymbolIds.MaskOf(i)) != 0 && mappings[i].MemoryLimit > mappings[i].MemoryStart)
            {
                _mappings.Add(ids.MappingId(i));
                _starts.Add(mappings[i].MemoryStart);
                _limits.Add(mappings[i].MemoryLimit);
                _offsets.Add(mappings[i].FileOffset);
            }
        }
    }

    // The id is the hash of the hashes of the parts, each part's length among them: no two headers encode alike.
    private ulong Hash()
    {
        _hashes.Clear();
        AddHash(MemoryMarshal.AsBytes(_mappings.Span));
        AddHash(MemoryMarshal.AsBytes(_starts.Span));
        AddHash(MemoryMarshal.AsBytes(_limits.Span));
        AddHash(MemoryMarshal.AsBytes(_offsets.Span));
        AddHash(_comments.Span);
        AddHash(_types.Span);
        AddHash(_symbols.Strings[_profile.DefaultSampleType]);
        AddHash(_symbols.Strings[_profile.DropFrames]);
        AddHash(_symbols.Strings[_profile.KeepFrames]);
        AddHash(_symbols.Strings[_profile.DocUrl]);
        return ContentIds.Low(Xxh3.Hash128(MemoryMarshal.AsBytes(_hashes.Span)));
    }

    private void AddHash(ReadOnlySpan<byte> part)
    {
        UInt128 hash = Xxh3.Hash128(part);
        _hashes.Add((ulong)hash);
        _hashes.Add((ulong)(hash >> 64));
        _hashes.Add((ulong)part.Length);
    }
}
