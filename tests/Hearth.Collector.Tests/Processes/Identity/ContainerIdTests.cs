using Hearth.Collector.Processes.Identity;
using Xunit;

namespace Hearth.Collector.Tests.Processes.Identity;

public sealed class ContainerIdTests
{
    private const string Id = "3f4f2a9c1d5e6b7a8c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d";
    private const string Outer = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Theory]
    [InlineData("0::/system.slice/docker-" + Id + ".scope\n", Id)]
    [InlineData("12:cpu,cpuacct:/docker/" + Id + "\n11:memory:/docker/" + Id + "\n", Id)]
    [InlineData("0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b2c.slice/cri-containerd-" + Id + ".scope", Id)]
    [InlineData("0::/kubepods/burstable/pod6f1c2d3e-1111-2222-3333-444455556666/" + Id, Id)]
    [InlineData("0::/machine.slice/libpod-" + Id + ".scope/container", Id)]
    [InlineData("0::/docker/" + Outer + "/kubelet/kubepods/pod1/" + Id, Id)]
    [InlineData("0::/user.slice/user-1000.slice/session-3.scope\n", "")]
    [InlineData("4:memory:/process_api/c67fb45c20ffedea1365590ef929619a\n0::/\n", "")]
    [InlineData("0::/x/a" + Id, "")]
    [InlineData("", "")]
    public void Find_CgroupText_GivesTheInnermostContainer(string text, string expected) =>
        Assert.Equal(expected, ContainerId.Find(text));

    [Theory]
    [InlineData("0::/lxc.payload.web1/system.slice/nginx.service", "web1")]
    [InlineData("0::/machine.slice/machine-build\\x2dbox.scope/payload", "build-box")]
    [InlineData("0::/system.slice/nginx.service", "")]
    public void FindName_CgroupText_GivesTheContainersName(string text, string expected) =>
        Assert.Equal(expected, ContainerId.FindName(text));
}
