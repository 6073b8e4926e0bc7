using System.Text;
using Hearth.Collector.Processes.Identity;
using Xunit;

namespace Hearth.Collector.Tests.Processes.Identity;

public sealed class ResourceAttributesTests
{
    [Fact]
    public void AddEncoded_Pairs_AreDecodedAndTrimmed()
    {
        var attributes = new ResourceAttributes();
        attributes.AddEncoded(" service.name=shop , deployment.environment.name=pre%20prod%2C1,bad,=none,empty=,service.name=second");
        Assert.Equal("shop", attributes.ServiceName);
        Assert.Equal([new("deployment.environment.name", "pre prod,1")], attributes.WithoutServiceName);
    }

    [Fact]
    public void Add_HostileText_IsBoundedAndClean()
    {
        var attributes = new ResourceAttributes();
        attributes.Add("a", "x\u001b[31m\ny");
        attributes.Add(new string('k', 1000), "long key");
        attributes.Add("b", new string('v', 100_000));
        for (int i = 0; i < 1000; i++)
        {
            attributes.Add($"key{i}", i);
        }

        KeyValuePair<string, object>[] all = [.. attributes.WithoutServiceName];
        Assert.Equal(ResourceAttributes.CountMax, all.Length);
        Assert.Equal("x [31m y", all[0].Value);
        Assert.Equal(ResourceAttributes.ValueCharsMax, ((string)all[1].Value).Length);
    }

    [Theory]
    [InlineData("unknown_service")]
    [InlineData("unknown_service:dotnet")]
    [InlineData("")]
    public void ServiceName_ThatSaysNothing_IsNone(string name)
    {
        var attributes = new ResourceAttributes();
        attributes.Add("service.name", name);
        Assert.Null(attributes.ServiceName);
    }

    [Fact]
    public void ParseContext_DamagedPayload_NeverThrows()
    {
        var random = new Random(7);
        byte[] good = OtelContextPayload.Of(("service.name", "shop"), ("service.version", "1.2"));
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = good[..random.Next(good.Length + 1)];
            for (int i = random.Next(4); i > 0 && bytes.Length > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            OtelProcessContext.TryParse(bytes, new ResourceAttributes());
        }
    }

    [Theory]
    [InlineData("7f00a000-7f00b000 rw-p 00000000 00:01 2057    /memfd:OTEL_CTX (deleted)\n", 0x7f00a000)]
    [InlineData("1000-2000 r-xp 0 00:00 0 /bin/x\n7f00c000-7f00d000 r--p 00000000 00:00 0   [anon:OTEL_CTX]\n", 0x7f00c000)]
    [InlineData("7f00e000-7f00f000 r--p 00000000 00:00 0   [anon_shmem:OTEL_CTX]", 0x7f00e000)]
    [InlineData("7f00a000-7f00b000 rw-p 00000000 00:01 2057    /home/OTEL_CTX\n", 0)]
    [InlineData("", 0)]
    public void FindContext_MapsText_GivesTheMappingsAddress(string maps, ulong expected) =>
        Assert.Equal(expected, OtelProcessContext.FindAddress(Encoding.UTF8.GetBytes(maps)));
}
