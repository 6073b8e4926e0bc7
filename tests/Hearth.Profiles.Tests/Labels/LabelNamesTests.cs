using Hearth.Profiles.Labels;
using Xunit;

namespace Hearth.Profiles.Tests.Labels;

public sealed class LabelNamesTests
{
    [Theory]
    [InlineData("service.name", true)]
    [InlineData("service.version", true)]
    [InlineData("k8s.pod.name", true)]
    [InlineData("k8s.deployment.name", true)]
    [InlineData("container.name", true)]
    [InlineData("host.name", true)]
    [InlineData("deployment.environment.name", true)]
    [InlineData("process.executable.name", true)]
    [InlineData("k8s.pod.uid", false)]
    [InlineData("k8s.pod.ip", false)]
    [InlineData("k8s.pod.start_time", false)]
    [InlineData("process.pid", false)]
    [InlineData("process.command_line", false)]
    [InlineData("thread.id", false)]
    [InlineData("cpu.logical_number", false)]
    [InlineData("container.id", false)]
    public void IsSeriesLabel_Attribute_IsOnTheListOrNot(string attribute, bool expected)
    {
        Assert.Equal(expected, LabelNames.IsSeriesLabel(attribute));
        Assert.False(expected && LabelNames.IsForbidden(attribute));
    }

    [Theory]
    [InlineData("namespace", "k8s.namespace.name")]
    [InlineData("pod", "k8s.pod.name")]
    [InlineData("container", "container.name")]
    [InlineData("node", "k8s.node.name")]
    [InlineData("version", "service.version")]
    [InlineData("hostname", "host.name")]
    [InlineData("service.name", "service_name")]
    [InlineData("service_name", "service_name")]
    public void ValueOf_Alias_IsThatOfTheStoredName(string alias, string stored)
    {
        LabelSet labels = LabelSet.Of((stored, "value"));
        Assert.Equal("value", LabelNames.ValueOf(labels, alias));
        Assert.Equal("value", LabelNames.ValueOf(labels, stored));
        Assert.Contains(stored, LabelNames.Resolve(alias));
    }

    [Fact]
    public void ValueOf_BothContainerNames_PrefersKubernetes() =>
        Assert.Equal("k", LabelNames.ValueOf(LabelSet.Of(("container.name", "c"), ("k8s.container.name", "k")), "container"));

    [Fact]
    public void TryGetAlias_EveryAlias_LeadsBack()
    {
        foreach (string alias in LabelNames.Aliases)
        {
            Assert.All(
                LabelNames.Resolve(alias).Where(name => name != alias),
                stored => Assert.True(LabelNames.TryGetAlias(stored, out string? back) && back == alias));
        }
    }

    [Fact]
    public void Resolve_NameThatIsNoAlias_IsItself() => Assert.Equal(["team"], LabelNames.Resolve("team"));
}
