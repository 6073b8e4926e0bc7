using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Profiles.Ids;
using Hearth.Profiles.Labels;
using Hearth.Profiles.Model;
using Hearth.Testing;
using Xunit;

namespace Hearth.Profiles.Tests.Ids;

public sealed class ContentIdsTests
{
    /// <summary>Stored data depends on these: a change needs a new <see cref="ContentIds.IdVersion"/> and a migration.</summary>
    [Fact]
    public void Ids_OfTheExamples_AreTheGoldenOnes()
    {
        ulong main = ContentIds.FunctionId("main"u8, "main"u8, "/src/main.c"u8, 12);
        ulong work = ContentIds.FunctionId("work"u8, default, default, 0);
        ulong native = ContentIds.FrameId("9f2c"u8, "/bin/app"u8, 0x1234, false, "native"u8, [new(main, 14, 0)]);
        ulong bare = ContentIds.FrameId("9f2c"u8, "/bin/app"u8, 0x1234, false, "native"u8, []);
        ulong named = ContentIds.FrameId(default, "//anon"u8, 0x7F00_0000_1234, false, "cpython"u8, [new(work, 3, 7), new(main, 1, 0)]);
        ulong folded = ContentIds.FrameId("9f2c"u8, default, 0x1234, true, "native"u8, []);
        UInt128 stack = ContentIds.StackId([native, bare, named]);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"version {ContentIds.IdVersion}\n");
        text.Append(CultureInfo.InvariantCulture, $"function main {main:x16}\nfunction work {work:x16}\n");
        text.Append(CultureInfo.InvariantCulture, $"mapping {ContentIds.MappingId("9f2c"u8, "/bin/app"u8):x16}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"frame native {native:x16}\nframe bare {bare:x16}\nframe named {named:x16}\nframe folded {folded:x16}\n");
        text.Append(CultureInfo.InvariantCulture, $"stack {stack:x32}\nstack empty {ContentIds.StackId([]):x32}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"series {ContentIds.SeriesId(LabelSet.Of(("service_name", "shop"), ("k8s.pod.name", "shop-1"))):x16}\n");
        text.Append(CultureInfo.InvariantCulture, $"series empty {ContentIds.SeriesId(LabelSet.Empty):x16}\n");
        Golden.Verify("content-ids.txt", text.ToString());
    }

    [Fact]
    public void FunctionId_EncodingWrittenOut_HasTheSameHash()
    {
        byte[] encoded =
        [
            1,
            4, 0, 0, 0, .. "main"u8,
            0, 0, 0, 0,
            2, 0, 0, 0, .. "/a"u8,
            7, 0, 0, 0, 0, 0, 0, 0,
        ];
        Assert.Equal((ulong)Xxh3.Hash128(encoded), ContentIds.FunctionId("main"u8, default, "/a"u8, 7));
    }

    [Fact]
    public void SeriesId_EncodingWrittenOut_HasTheSameHash()
    {
        byte[] encoded =
        [
            4,
            2, 0, 0, 0,
            1, 0, 0, 0, .. "a"u8, 1, 0, 0, 0, .. "1"u8,
            1, 0, 0, 0, .. "b"u8, 1, 0, 0, 0, .. "2"u8,
        ];
        Assert.Equal((ulong)Xxh3.Hash128(encoded), ContentIds.SeriesId(LabelSet.Of(("b", "2"), ("a", "1"))));
    }

    [Fact]
    public void StackId_Frames_IsTheHashOfTheirBytes()
    {
        ulong[] frames = [1, 2, 3, ulong.MaxValue];
        Assert.Equal(Xxh3.Hash128(MemoryMarshal.AsBytes<ulong>(frames)), ContentIds.StackId(frames));
    }

    [Fact]
    public void FunctionId_PartsMovedAcrossTheBorder_Differ() =>
        Assert.NotEqual(ContentIds.FunctionId("ab"u8, "c"u8, default, 0), ContentIds.FunctionId("a"u8, "bc"u8, default, 0));

    [Fact]
    public void FrameId_NamedFrameWithoutBuildId_IgnoresTheAddress()
    {
        FrameLine[] lines = [new(5, 1, 0)];
        Assert.Equal(
            ContentIds.FrameId(default, "//anon"u8, 1, false, "jvm"u8, lines), ContentIds.FrameId(
                default, "[heap]"u8, 2, false, "jvm"u8, lines));
        Assert.NotEqual(
            ContentIds.FrameId("id"u8, default, 1, false, default, lines), ContentIds.FrameId("id"u8, default, 2, false, default, lines));
        Assert.NotEqual(
            ContentIds.FrameId(default, "f"u8, 1, false, default, []), ContentIds.FrameId(default, "f"u8, 2, false, default, []));
    }

    [Fact]
    public void FrameId_SameCodeLoadedElsewhere_IsTheSame()
    {
        ulong first = FrameOf(0x7F00_0000_0000);
        Assert.Equal(first, FrameOf(0x5500_0000_0000));

        static ulong FrameOf(ulong start)
        {
            SymbolTable symbols = new();
            int mapping = symbols.Mappings.Add(new Mapping
            {
                MemoryStart = start,
                MemoryLimit = start + 0x10000,
                FileOffset = 0x1000,
                BuildId = symbols.Strings.Intern("abcd"),
            });
            return ContentIds.FrameId(symbols, new Location { Mapping = mapping, Address = start + 0x234 }, [0]);
        }
    }

    [Fact]
    public void Ids_ShortParts_AllocateNothing()
    {
        FrameLine[] lines = [new(5, 1, 0)];
        ulong[] frames = [1, 2, 3];
        LabelSet labels = LabelSet.Of(("a", "1"));
        Compute();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Compute();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Compute()
        {
            _ = ContentIds.FunctionId("main"u8, "main"u8, "/src/main.c"u8, 12);
            _ = ContentIds.MappingId("id"u8, "/bin/app"u8);
            _ = ContentIds.FrameId("id"u8, "/bin/app"u8, 1, false, "native"u8, lines);
            _ = ContentIds.StackId(frames);
            _ = ContentIds.SeriesId(labels);
        }
    }

    [Fact]
    public void Ids_LongParts_AreHashedWhole()
    {
        byte[] name = new byte[5000];
        ulong before = ContentIds.FunctionId(name, default, default, 0);
        name[^1] = 1;
        Assert.NotEqual(before, ContentIds.FunctionId(name, default, default, 0));
    }

    [Theory]
    [InlineData(0x1000, 0x3000, 0x500, 0x1234, 0x734)]
    [InlineData(0x1000, 0x3000, 0x500, 0x0FFF, 0x0FFF)]
    [InlineData(0x1000, 0x3000, 0x500, 0x3000, 0x3000)]
    [InlineData(0, 0, 0x500, 0x1234, 0x1234)]
    [InlineData(0, 0x3000, 0x500, 0x1234, 0x1234)]
    public void Normalize_Address_BecomesAFileOffsetInsideTheMappingOnly(
        ulong start, ulong limit, ulong offset, ulong address, ulong expected)
    {
        Mapping mapping = new() { MemoryStart = start, MemoryLimit = limit, FileOffset = offset, BuildId = 1 };
        Assert.Equal(expected, FrameAddress.Normalize(mapping, address));
        Assert.Equal(address, FrameAddress.Normalize(mapping with { BuildId = 0 }, address));
        if (expected != address)
        {
            Assert.Equal(address, FrameAddress.Restore(mapping, expected));
        }
    }
}
