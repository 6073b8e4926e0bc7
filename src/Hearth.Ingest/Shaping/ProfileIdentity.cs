using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Model;
using Attribute = Hearth.Profiles.Model.Attribute;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// What makes a received profile itself: the id its sender gave it, or else its content (all its attributes, also those that are no
/// labels, and its samples by stack id), so that the same profile sent again, in another request with other indices, is recognised.
/// </summary>
internal sealed class ProfileIdentity
{
    private readonly StackIds _stacks;
    private readonly byte[] _tenant;
    private readonly Column<ulong> _words = new(1024);
    private readonly Column<byte> _bytes = new(256);
    private SymbolTable _symbols = null!;
    private ulong[] _setHashes = [];

    public ProfileIdentity(string tenant, StackIds stacks)
    {
        _tenant = Encoding.UTF8.GetBytes(tenant);
        _stacks = stacks;
    }

    /// <summary>Starts on another document.</summary>
    public void Start(SymbolTable symbols)
    {
        _symbols = symbols;
        int count = symbols.AttributeSets.Count;
        if (_setHashes.Length < count)
        {
            _setHashes = new ulong[Math.Max(count, _setHashes.Length * 2)];
        }
        else
        {
            Array.Clear(_setHashes, 0, count);
        }
    }

    /// <summary>Hash of the profile's id, or of its content when it has none.</summary>
    public UInt128 Of(ProfileGroup group, Profile profile)
    {
        _words.Clear();
        _words.Add(0);
        if (profile.ProfileId != 0)
        {
            _words[0] = 1;
            _words.Add((ulong)profile.ProfileId);
            _words.Add((ulong)(profile.ProfileId >> 64));
            return Hash();
        }

        _words.Add(HashOfSet(group.ResourceAttributes));
        _words.Add(HashOfSet(group.ScopeAttributes));
        _words.Add(HashOfSet(profile.AttributeSet));
        _words.Add((ulong)profile.DurationNanos);
        _words.Add((ulong)profile.Period);
        AddSamples(profile);
        _words.Add(Low(Xxh3.Hash128(MemoryMarshal.AsBytes(profile.Values.Span))));
        _words.Add(Low(Xxh3.Hash128(MemoryMarshal.AsBytes(profile.Timestamps.Span))));
        return Hash();
    }

    /// <summary>
    /// Identity of one stored piece: tenant, profile (id or content), type, series, start, and how many equal ones precede it in the
    /// same request (0 for the first): a request may say the same thing twice and mean it.
    /// </summary>
    public UInt128 OfPiece(UInt128 profile, ReadOnlySpan<byte> type, ulong series, long startNanos, int repetition)
    {
        _bytes.Clear();
        AddText(_tenant);
        AddText(type);
        Span<ulong> numbers = [(ulong)profile, (ulong)(profile >> 64), series, (ulong)startNanos, (ulong)repetition];
        _bytes.AddRange(MemoryMarshal.AsBytes(numbers));
        return Xxh3.Hash128(_bytes.Span);
    }

    private void AddSamples(Profile profile)
    {
        Span<Sample> samples = profile.Samples.Span;
        Span<Link> links = _symbols.Links.Span;
        Span<ulong> words = _words.Extend(samples.Length * 3);
        for (int i = 0; i < samples.Length; i++)
        {
            ref Sample sample = ref samples[i];
            int at = i * 3;
            words[at] = _stacks.IdOf(_stacks.Canonical(sample.Stack));
            words[at + 1] = HashOfSet(sample.AttributeSet) ^ links[sample.Link].SpanId;
            words[at + 2] = ((ulong)(uint)sample.ValueCount << 32) | (uint)sample.TimestampCount;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong HashOfSet(int set)
    {
        if (set == 0)
        {
            return 0;
        }

        ulong known = _setHashes[set];
        return known != 0 ? known : MakeSetHash(set);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong MakeSetHash(int set)
    {
        // Order does not count: senders build the sets from maps.
        ulong sum = 0;
        StringTable strings = _symbols.Strings;
        foreach (int attribute in _symbols.AttributeSets[set])
        {
            Attribute row = _symbols.Attributes[attribute];
            _bytes.Clear();
            _bytes.Add((byte)row.Kind);
            AddText(strings[row.Key]);
            AddText(strings[row.Text]);
            _bytes.AddRange(MemoryMarshal.AsBytes<long>([row.Number]));
            sum += Low(Xxh3.Hash128(_bytes.Span));
        }

        return _setHashes[set] = sum == 0 ? 1 : sum;
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        _bytes.AddRange(MemoryMarshal.AsBytes<int>([text.Length]));
        _bytes.AddRange(text);
    }

    private UInt128 Hash() => Xxh3.Hash128(MemoryMarshal.AsBytes(_words.Span));

    private static ulong Low(UInt128 hash) => (ulong)hash;
}
