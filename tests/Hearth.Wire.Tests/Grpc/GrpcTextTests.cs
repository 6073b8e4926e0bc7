using FsCheck;
using FsCheck.Fluent;
using Hearth.Wire.Grpc;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

public sealed class GrpcTextTests
{
    [Theory]
    [InlineData("plain text!~", "plain text!~")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\nb\t", "a%0Ab%09")]
    [InlineData("\u00e4\u6f22", "%C3%A4%E6%BC%A2")]
    public void Encode_Text_IsPercentEncodedUtf8(string text, string encoded) => Assert.Equal(encoded, GrpcText.Encode(text, 100));

    [Fact]
    public void Encode_TooLong_StopsBetweenCharacters()
    {
        Assert.Equal("aa", GrpcText.Encode("aa\u00e4", 7));
        Assert.Equal("aa%C3%A4", GrpcText.Encode("aa\u00e4", 8));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%c3%a4", "\u00e4")]
    public void Decode_Malformed_StaysAsItIs(string encoded, string text) => Assert.Equal(text, GrpcText.Decode(encoded));

    [Fact]
    public void EncodeThenDecode_AnyText_IsTheSame() => Prop.ForAll<NonNull<string>>(text =>
    {
        string valid = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Get));
        string encoded = GrpcText.Encode(valid, int.MaxValue);
        return encoded.All(c => c is >= ' ' and <= '~') && GrpcText.Decode(encoded) == valid;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Timeout_FormatThenParse_IsNeverLonger() => Prop.ForAll<PositiveInt, int>((value, scale) =>
    {
        TimeSpan wanted = TimeSpan.FromMicroseconds(value.Get * Math.Pow(10, Math.Abs(scale % 9)));
        Assert.True(GrpcTimeout.TryParse(GrpcTimeout.Format(wanted), out TimeSpan read));
        return read <= wanted && (wanted > TimeSpan.FromDays(1100) || read.Ticks >= wanted.Ticks * 0.99);
    }).QuickCheckThrowOnFailure();
}
