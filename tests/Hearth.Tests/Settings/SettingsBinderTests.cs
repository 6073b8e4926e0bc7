using System.ComponentModel.DataAnnotations;
using Hearth.Settings;
using Xunit;

namespace Hearth.Tests.Settings;

public sealed class SettingsBinderTests
{
    [Theory]
    [InlineData("HttpPort", "P_HTTP_PORT")]
    [InlineData("OtlpGrpcPort", "P_OTLP_GRPC_PORT")]
    [InlineData("QueueProfilesMax", "P_QUEUE_PROFILES_MAX")]
    [InlineData("Url", "P_URL")]
    [InlineData("HTTPPort", "P_HTTP_PORT")]
    public void KeyOf_Property_IsTheEnvironmentVariable(string property, string key) =>
        Assert.Equal(key, SettingsBinder.KeyOf("P", property));

    [Fact]
    public void Bind_Values_ReachEveryKindOfProperty()
    {
        var mistakes = new MistakeList();
        Sample bound = SettingsBinder.Bind(
            new Sample(),
            "P",
            Given(
                ("P_PORT", "7"), ("P_SHARE", "0.25"), ("P_ON", "yes"), ("P_WAIT", "1.5h"), ("P_ADDRESS", "http://a:1"), ("P_LEVEL", "LOW"),
                ("P_INNER_BYTES", "12")),
            mistakes);
        Assert.Empty(mistakes.Lines);
        Assert.Equal(
            (7, 0.25, true, TimeSpan.FromMinutes(90), "http://a:1/", Level.Low, 12L),
            (bound.Port!.Value, bound.Share, bound.On, bound.Wait, bound.Address!.ToString(), bound.Level, bound.Inner.Bytes));
    }

    [Fact]
    public void Bind_EveryMistake_IsSaidOnceWithItsOrigin()
    {
        var mistakes = new MistakeList();
        SettingSet settings = Given(
            ("P_SHARE", "much"), ("P_WAIT", "soon"), ("P_LEVEL", "7"), ("P_ADDRESS", "ftp://a"), ("P_INNER_BYTES", "0"));
        settings.AddFlag("--port", "P_PORT", "99");
        SettingsBinder.Bind(new Sample(), "P", settings, mistakes);
        Assert.Equal(6, mistakes.Lines.Count);
        Assert.Contains("--port 99: must be between 1 and 9.", mistakes.Lines);
        Assert.Contains("P_SHARE much: must be a number", mistakes.Lines);
        Assert.Contains(mistakes.Lines, l => l.StartsWith("P_INNER_BYTES 0: must be between", StringComparison.Ordinal));
        Assert.Contains(mistakes.Lines, l => l.StartsWith("P_LEVEL 7: must be one of Low, High", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("15s", 15)]
    [InlineData("2h", 7200)]
    [InlineData("0.5d", 43200)]
    public void Duration_Text_IsRead(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan span));
        Assert.Equal(seconds, span.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("1e9s")]
    [InlineData("NaNs")]
    [InlineData("99999999999d")]
    [InlineData("5 m")]
    public void Duration_OtherText_IsRefused(string text) => Assert.False(Duration.TryParse(text, out _));

    private static SettingSet Given(params ReadOnlySpan<(string Key, string Value)> values)
    {
        var set = SettingSet.FromEnvironment();
        foreach ((string key, string value) in values)
        {
            set.AddFlag(key, key, value);
        }

        return set;
    }

    public enum Level
    {
        Low,
        High,
    }

    private sealed class Sample
    {
        [Range(1, 9)]
        public int? Port { get; init; } = 1;

        public double Share { get; init; }

        public bool On { get; init; }

        public TimeSpan Wait { get; init; }

        public Uri? Address { get; init; }

        public Level Level { get; init; }

        public Nested Inner { get; } = new();
    }

    private sealed class Nested
    {
        [Range(1, 100)]
        public long Bytes { get; set; } = 5;
    }
}
