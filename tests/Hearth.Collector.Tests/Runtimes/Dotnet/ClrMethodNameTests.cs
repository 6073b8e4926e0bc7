using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hearth.Collector.Runtimes.Dotnet;
using Xunit;

namespace Hearth.Collector.Tests.Runtimes.Dotnet;

public sealed class ClrMethodNameTests
{
    [Theory]
    [InlineData("void [pm] Acme.Shop.Program::<Main>()[MinOptJitted]", "Acme.Shop.Program.<Main>", "pm")]
    [InlineData(
        "class [System.Runtime]System.Threading.Tasks.Task [pm] Acme.Shop.Program::Main()[MinOptJitted]",
        "Acme.Shop.Program.Main",
        "pm")]
    [InlineData(
        "instance void [pm] Acme.Shop.Program+<Work>d__3::MoveNext()[OptimizedTier1]", "Acme.Shop.Program.<Work>d__3.MoveNext", "pm")]
    [InlineData(
        "instance void [System.Private.CoreLib] System.Collections.Generic.List`1[System.ValueTuple`2[System.Int32,System.__Canon]]"
            + "::.ctor()[QuickJitted]",
        "System.Collections.Generic.List<System.ValueTuple<System.Int32,System.__Canon>>..ctor",
        "System.Private.CoreLib")]
    [InlineData(
        "instance !1 [pm] Acme.Shop.Outer`1+Inner`1[System.__Canon,System.Int32]::Run(!1,!0)[Tier0]",
        "Acme.Shop.Outer.Inner<System.__Canon,System.Int32>.Run",
        "pm")]
    [InlineData(
        "instance void [System.Private.CoreLib] System.Span`1[System.Byte[]]::.ctor(void*,int32)",
        "System.Span<System.Byte[]>..ctor",
        "System.Private.CoreLib")]
    [InlineData(
        "instance void [app] Grid`1[System.Int32[,]]::Fill()[Optimized]", "Grid<System.Int32[,]>.Fill", "app")]
    [InlineData(
        "int32 [Anonymously Hosted DynamicMethods Assembly] dynamicClass::lambda_method1(int32)[Optimized]",
        "dynamicClass.lambda_method1",
        "Anonymously Hosted DynamicMethods Assembly")]
    [InlineData("int32 [pm] Acme.Shop.Program::<Main>g__Local|5_0(int32)[MinOptJitted]", "Acme.Shop.Program.<Main>g__Local|5_0", "pm")]
    public void Parse_MethodName_GivesReadableNameAndModule(string text, string expected, string expectedModule)
    {
        Assert.True(ClrMethodName.TryParse(
            Encoding.UTF8.GetBytes(text), new byte[ClrMethodName.BufferBytes], out ReadOnlySpan<byte> readable,
            out ReadOnlySpan<byte> system, out ReadOnlySpan<byte> module));
        Assert.Equal(expected, Encoding.UTF8.GetString(readable));
        Assert.Equal(expectedModule, Encoding.UTF8.GetString(module));
        Assert.EndsWith(")", Encoding.UTF8.GetString(system), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DynamicMethod_LeavesAddressesOutOfTheSystemName()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            "int32 [Dynamic] dynamicClass::f(System.Runtime.CompilerServices.Closure /* MT: 0x7f89c8b5eca0 */,int32)[Optimized]");
        Assert.True(ClrMethodName.TryParse(text, new byte[ClrMethodName.BufferBytes], out _, out ReadOnlySpan<byte> system, out _));
        Assert.Equal(
            "int32 [Dynamic] dynamicClass::f(System.Runtime.CompilerServices.Closure,int32)", Encoding.UTF8.GetString(system));
    }

    [Theory]
    [InlineData("stub CreateHelper<DynamicHelper>")]
    [InlineData("LazyCompile:*hotLoop [eval]:1")]
    [InlineData("Function:~foo /a/b.js:10:2")]
    [InlineData("")]
    [InlineData("void [pm")]
    [InlineData("void [pm] Type")]
    [InlineData("void [pm] ::Method()")]
    public void Parse_OtherText_IsLeftAlone(string text) =>
        Assert.False(ClrMethodName.TryParse(Encoding.UTF8.GetBytes(text), new byte[ClrMethodName.BufferBytes], out _, out _, out _));

    [Fact]
    public void Parse_AnyText_NeverThrows()
    {
        Gen<char> letter = Gen.Elements("[] :()`1+,.<>*/aZ\t".ToCharArray());
        Prop.ForAll(Arb.From(letter.ArrayOf()), chars =>
        {
            byte[] text = Encoding.UTF8.GetBytes("x [m] " + new string(chars));
            ClrMethodName.TryParse(text, new byte[ClrMethodName.BufferBytes], out ReadOnlySpan<byte> readable, out _, out _);
            return readable.Length <= text.Length;
        }).QuickCheckThrowOnFailure();
    }
}
