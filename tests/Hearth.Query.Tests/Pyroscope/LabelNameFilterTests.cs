using Hearth.Query.Pyroscope;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hearth.Query.Tests.Pyroscope;

public sealed class LabelNameFilterTests
{
    [Theory]
    [InlineData("*/*; allow-utf8-labelnames=true", true)]
    [InlineData("application/json; allow-utf8-labelnames=true", true)]
    [InlineData("application/json;Allow-UTF8-LabelNames=\"true\", */*;q=0.1", true)]
    [InlineData("application/json; allow-utf8-labelnames=false", false)]
    [InlineData("allow-utf8-labelnames", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    public void AllowsAny_AcceptHeader_SaysIt(string accept, bool expected)
    {
        HeaderDictionary headers = new() { ["Accept"] = accept };

        Assert.Equal(expected, LabelNameFilter.AllowsAny(headers));
    }

    [Theory]
    [InlineData("service_name", true)]
    [InlineData("__name__", true)]
    [InlineData("a1", true)]
    [InlineData("1a", false)]
    [InlineData("k8s.pod.name", false)]
    [InlineData("", false)]
    [InlineData("ä", false)]
    public void IsPlain_Name_FollowsTheClassicRule(string name, bool expected) => Assert.Equal(expected, LabelNameFilter.IsPlain(name));
}
