using Hearth.Collector.Exporting;
using Hearth.Load;
using Hearth.Testing;
using Hearth.Wire.Grpc;
using Hearth.Wire.Protobuf;
using Hearth.Wire.Rpc;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Hearth.Collector.Tests.Exporting;

public sealed class ProfileExporterTests
{
    [Fact]
    public async Task Export_RealServer_DeliversBodyAndRotatedToken()
    {
        using TempFolder folder = new();
        await File.WriteAllTextAsync(folder.At("token"), "first\n");
        await using Receiver receiver = await Receiver.StartAsync();
        using Sender sender = new(receiver.Address, folder.At("token"));
        sender.Queue.Add(Batch(1));
        await receiver.WaitAsync(sender.Deadline);
        await File.WriteAllTextAsync(folder.At("token"), "second\n");
        sender.Queue.Add(Batch(2));
        await sender.EndAsync();
        Assert.Equal([[1], [2]], receiver.Requests.Select(r => r.ToArray()));
        Assert.Equal(["Bearer first", "Bearer second"], receiver.Authorizations);
    }

    [Fact]
    public async Task Export_UnavailableServer_IsRepeatedWithTheSameBytes()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = (number, _) =>
        {
            if (number < 2)
            {
                throw new RpcException(RpcCode.Unavailable, "not yet");
            }
        };
        using Sender sender = new(receiver.Address);
        sender.Queue.Add(Batch(7));
        await sender.EndAsync();
        Assert.Equal([[7], [7], [7]], receiver.Requests.Select(r => r.ToArray()));
    }

    [Fact]
    public async Task Export_InvalidArgument_IsNotRepeatedAndTheNextFollows()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = (number, _) =>
        {
            if (number == 0)
            {
                throw new RpcException(RpcCode.InvalidArgument, "bad");
            }
        };
        using Sender sender = new(receiver.Address);
        sender.Queue.Add(Batch(1));
        sender.Queue.Add(Batch(2));
        await sender.EndAsync();
        Assert.Equal([[1], [2]], receiver.Requests.Select(r => r.ToArray()));
    }

    [Fact]
    public async Task Export_Stopped_LeavesWithoutWaitingForTheReceiver()
    {
        using Sender sender = new(new Uri("http://127.0.0.1:9"));
        sender.Queue.Add(Batch(1));
        await sender.CancelAsync();
        Assert.Equal(0, sender.Queue.Count);
    }

    [Fact]
    public void PartialSuccess_IsReadAndCutBytesDoNoHarm()
    {
        ProtoWriter partial = new();
        partial.Int64(1, 3);
        partial.String(2, "too old");
        ProtoWriter response = new();
        response.Bytes(1, partial.Written);
        Assert.Equal((3, "too old"), ProfileExporter.ReadPartialSuccess(response.Written));
        for (int length = 0; length < response.Length; length++)
        {
            ProfileExporter.ReadPartialSuccess(response.Written[..length]);
        }
    }

    [Theory]
    [InlineData(RpcCode.Unavailable, true)]
    [InlineData(RpcCode.DeadlineExceeded, true)]
    [InlineData(RpcCode.Aborted, true)]
    [InlineData(RpcCode.OutOfRange, true)]
    [InlineData(RpcCode.DataLoss, true)]
    [InlineData(RpcCode.Canceled, true)]
    [InlineData(RpcCode.ResourceExhausted, false)]
    [InlineData(RpcCode.InvalidArgument, false)]
    [InlineData(RpcCode.Unauthenticated, false)]
    [InlineData(RpcCode.Unimplemented, false)]
    public void Retryable_FollowsTheSpecification(RpcCode code, bool expected) =>
        Assert.Equal(expected, RetryPolicy.IsRetryable(new GrpcReply { Code = code }));

    [Fact]
    public void Retryable_ResourceExhaustedWithAHint_IsRepeatedAfterIt()
    {
        GrpcReply reply = new() { Code = RpcCode.ResourceExhausted, RetryAfter = TimeSpan.FromSeconds(4) };
        Assert.True(RetryPolicy.IsRetryable(reply));
        Assert.InRange(new RetryPolicy(new Random(1)).Delay(0, reply).TotalSeconds, 4, 4.4);
    }

    [Fact]
    public void Delay_Grows_AndStaysBounded()
    {
        RetryPolicy policy = new(new Random(1));
        GrpcReply reply = new() { Code = RpcCode.Unavailable };
        Assert.InRange(policy.Delay(0, reply).TotalSeconds, 0.5, 1.5);
        Assert.InRange(policy.Delay(1_000_000, reply).TotalSeconds, 15, 45);
    }

    private static ExportBatch Batch(byte content) => new(new[] { content }, 1, DateTimeOffset.MinValue);

    /// <summary>An exporter at work, with its queue and client.</summary>
    private sealed class Sender : IDisposable
    {
        private readonly GrpcClient _client;
        private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(30));
        private readonly Task _sending;

        public Sender(Uri address, string? tokenFile = null)
        {
            BearerToken token = new(tokenFile);
            _client = new GrpcClient(new GrpcClientOptions { Endpoint = address, Authorization = token.Read });
            ProfileExporter exporter = new(
                Queue,
                (body, cancellation) => _client.UnaryAsync(ProfileExporter.Method, body, cancellation),
                new RetryPolicy(new Random(1)),
                TimeProvider.System,
                NullLogger<ProfileExporter>.Instance);
            _sending = exporter.RunAsync(_stop.Token);
        }

        public ExportQueue Queue { get; } = new(1 << 20);

        public CancellationToken Deadline => _stop.Token;

        public async Task EndAsync()
        {
            Queue.Complete();
            await _sending;
            Assert.False(_stop.IsCancellationRequested, "The exporter did not end in 30 seconds.");
        }

        public async Task CancelAsync()
        {
            await _stop.CancelAsync();
            await _sending;
        }

        public void Dispose()
        {
            _client.Dispose();
            _stop.Dispose();
            Queue.Dispose();
        }
    }
}
