using FsCheck;
using FsCheck.Fluent;
using Hearth.Ingest.Committing;
using Xunit;

namespace Hearth.Ingest.Tests.Committing;

public sealed class SymbolSetTests
{
    [Fact]
    public void SymbolSet_AnyKeys_IsASet() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), (int seed) =>
        {
            Random random = new(seed);
            SymbolSet set = new();
            Dictionary<ulong, ulong> oracle = [];
            for (int i = 0; i < 3000; i++)
            {
                (ulong key, ulong check) = ((ulong)random.Next(0, 2000), (ulong)random.Next(2));
                SymbolSetOutcome expected = !oracle.TryGetValue(key, out ulong known)
                    ? SymbolSetOutcome.Added
                    : known == check ? SymbolSetOutcome.Present : SymbolSetOutcome.Collision;
                oracle.TryAdd(key, check);
                Assert.Equal(expected, set.Add(key, check));
            }

            Assert.Equal(oracle.Count, set.Count);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void KnownSymbols_PastTheBound_ForgetsTheOldestAndKeepsWhatIsMet()
    {
        KnownSymbols known = new(2048);
        known.Add(1, 1);
        for (ulong key = 10; key < 20_000; key++)
        {
            known.Add(key, 0);
            Assert.True(known.Contains(1, 1, out bool collision));
            Assert.False(collision);
        }

        Assert.InRange(known.Count, 1024, 2048);
        Assert.False(known.Contains(10, 0, out _));
        Assert.True(known.Contains(1, 2, out bool other));
        Assert.True(other);
    }
}
