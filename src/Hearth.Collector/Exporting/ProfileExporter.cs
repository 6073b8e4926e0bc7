using System.Text;
using Hearth.Collector.Metering;
using Hearth.Wire.Grpc;
using Hearth.Wire.Protobuf;
using Hearth.Wire.Rpc;
using Microsoft.Extensions.Logging;

namespace Hearth.Collector.Exporting;

/// <summary>Calls the receiver with one encoded request.</summary>
internal delegate Task<GrpcReply> ExportCall(ReadOnlyMemory<byte> request, CancellationToken cancellation);

/// <summary>Sends what waits in the queue, one request at a time, by the rules of OTLP.</summary>
internal sealed partial class ProfileExporter
{
    /// <summary>Full gRPC method of the profiles service.</summary>
    public const string Method = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";

    private readonly ExportQueue _queue;
    private readonly ExportCall _call;
    private readonly RetryPolicy _retry;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _hurry;
    private bool _failing;

    /// <summary>Prepares to send.</summary>
    public ProfileExporter(ExportQueue queue, ExportCall call, RetryPolicy retry, TimeProvider time, ILogger<ProfileExporter> logger)
    {
        _queue = queue;
        _call = call;
        _retry = retry;
        _time = time;
        _logger = logger;
    }

    /// <summary>From now on nothing waits for its time: the collector stops.</summary>
    public void Hurry() => _hurry = true;

    /// <summary>Sends until the queue is complete and empty, or cancelled; what is left then is counted as dropped.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        ExportBatch? batch = null;
        try
        {
            while ((batch = await _queue.TakeAsync(cancellation).ConfigureAwait(false)) is not null)
            {
                TimeSpan wait = batch.NotBefore - _time.GetUtcNow();
                if (wait > TimeSpan.Zero && !_hurry)
                {
                    await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
                }

                await SendAsync(batch, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            long left = (batch?.Profiles ?? 0) + _queue.DropAll();
            CollectorMeter.ProfilesDropped("shutdown", left);
            if (left > 0)
            {
                LogLeft(_logger, left);
            }
        }
    }

    private async Task SendAsync(ExportBatch batch, CancellationToken cancellation)
    {
        long started = _time.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            GrpcReply reply = await _call(batch.Body, cancellation).ConfigureAwait(false);
            if (reply.Code == RpcCode.Ok)
            {
                Accepted(batch, reply.Body);
                return;
            }

            if (!RetryPolicy.IsRetryable(reply))
            {
                CollectorMeter.ProfilesDropped("refused", batch.Profiles);
                LogRefused(_logger, batch.Profiles, reply.Code, reply.Message);
                _failing = true;
                return;
            }

            TimeSpan delay = _retry.Delay(attempt, reply);
            if (_time.GetElapsedTime(started) + delay > RetryPolicy.GiveUpAfter)
            {
                CollectorMeter.ProfilesDropped("gave-up", batch.Profiles);
                LogGaveUp(_logger, batch.Profiles, reply.Code, reply.Message);
                return;
            }

            if (!_failing)
            {
                _failing = true;
                LogRetry(_logger, reply.Code, reply.Message);
            }

            CollectorMeter.Retry(reply.Code.ToString());
            await Task.Delay(delay, _time, cancellation).ConfigureAwait(false);
        }
    }

    private void Accepted(ExportBatch batch, ReadOnlyMemory<byte> body)
    {
        (long rejected, string message) = ReadPartialSuccess(body.Span);
        rejected = Math.Clamp(rejected, 0, batch.Profiles);
        CollectorMeter.ProfilesSent(batch.Profiles - rejected);
        CollectorMeter.ProfilesDropped("rejected", rejected);
        if (rejected > 0 || message.Length > 0)
        {
            LogPartial(_logger, rejected, batch.Profiles, message);
        }

        if (_failing)
        {
            _failing = false;
            LogRecovered(_logger);
        }
    }

    /// <summary>ExportProfilesServiceResponse.partial_success (1): rejected_profiles (1), error_message (2).</summary>
    internal static (long Rejected, string Message) ReadPartialSuccess(ReadOnlySpan<byte> body)
    {
        const int messageCharsMax = 1024;
        long rejected = 0;
        string message = string.Empty;
        ProtoReader response = new(body);
        while (response.ReadTag(out int field, out WireType type))
        {
            if (field != 1 || type != WireType.LengthDelimited)
            {
                response.Skip(type);
                continue;
            }

            ProtoReader partial = response.ReadMessage();
            while (partial.ReadTag(out field, out type))
            {
                if (field == 1 && type == WireType.Varint)
                {
                    rejected = partial.ReadInt64();
                }
                else if (field == 2 && type == WireType.LengthDelimited)
                {
                    message = Encoding.UTF8.GetString(partial.ReadBytes());
                }
                else
                {
                    partial.Skip(type);
                }
            }
        }

        return (rejected, message.Length <= messageCharsMax ? message : message[..messageCharsMax]);
    }

    [LoggerMessage(EventId = 5201, Level = LogLevel.Warning,
        Message = "The receiver took the request but rejected {Rejected} of {Profiles} profiles: {Reason}")]
    private static partial void LogPartial(ILogger logger, long rejected, int profiles, string reason);

    [LoggerMessage(EventId = 5202, Level = LogLevel.Error,
        Message = "{Profiles} profiles were refused for good ({Code}): {Reason}. They are dropped.")]
    private static partial void LogRefused(ILogger logger, int profiles, RpcCode code, string reason);

    [LoggerMessage(EventId = 5203, Level = LogLevel.Warning,
        Message = "Sending profiles failed ({Code}): {Reason}. Trying again; when the queue is full the oldest profiles are dropped.")]
    private static partial void LogRetry(ILogger logger, RpcCode code, string reason);

    [LoggerMessage(EventId = 5204, Level = LogLevel.Error,
        Message = "{Profiles} profiles could not be sent for five minutes ({Code}): {Reason}. They are dropped.")]
    private static partial void LogGaveUp(ILogger logger, int profiles, RpcCode code, string reason);

    [LoggerMessage(EventId = 5205, Level = LogLevel.Information, Message = "Sending profiles works again.")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(EventId = 5206, Level = LogLevel.Warning,
        Message = "{Profiles} profiles were not sent before the collector had to stop.")]
    private static partial void LogLeft(ILogger logger, long profiles);
}
