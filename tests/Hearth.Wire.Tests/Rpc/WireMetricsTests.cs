using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using Hearth.Wire.Grpc;
using Hearth.Wire.Rpc;
using Xunit;

namespace Hearth.Wire.Tests.Rpc;

public sealed class WireMetricsTests
{
    [Fact]
    public async Task Counters_OfRealCalls_CountByMethodCodeAndReason()
    {
        ConcurrentQueue<string> seen = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Hearth.Wire")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string text = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            seen.Enqueue($"{instrument.Name}[{text}]={value}");
        });
        listener.Start();
        await using WireHost host = await WireHost.StartAsync(new RpcLimits { MessageBytesMax = 77_777 });
        using GrpcClient client = new(new GrpcClientOptions { Endpoint = host.Grpc });
        await client.UnaryAsync(WireHost.Service + "Echo", new byte[77_777], TestContext.Current.CancellationToken);
        await client.UnaryAsync(WireHost.Service + "Echo", new byte[77_778], TestContext.Current.CancellationToken);
        await client.UnaryAsync("/a.B/evil\n" + new string('x', 500), default, TestContext.Current.CancellationToken);

        Assert.Contains("hearth.wire.requests[protocol=grpc,method=/hearth.test.Echo/Echo,code=ok]=1", seen);
        Assert.Contains("hearth.wire.requests[protocol=grpc,method=/hearth.test.Echo/Echo,code=resource_exhausted]=1", seen);
        Assert.Contains("hearth.wire.requests[protocol=grpc,method=unknown,code=unimplemented]=1", seen);
        Assert.Contains("hearth.wire.refused[reason=message-too-large]=1", seen);
        Assert.Contains("hearth.wire.refused[reason=unknown-method]=1", seen);
        Assert.Contains("hearth.wire.received.decoded[]=77777", seen);
        int packed = TestBytes.Gzip(new byte[77_777], CompressionLevel.Fastest).Length;
        Assert.Contains($"hearth.wire.received[]={packed}", seen);
    }
}
