using Hearth.Ingest.Committing;
using Hearth.Ingest.Shaping;
using Hearth.Profiles.Formats;
using Hearth.Profiles.Formats.Otlp;
using Hearth.Profiles.Model;
using Microsoft.Extensions.Logging;

namespace Hearth.Ingest.Otlp;

/// <summary>An OTLP profiles export request from its bytes to its outcome: decode, shape, store, and only then answer.</summary>
internal sealed partial class ProfilesExport
{
    private const string OldLayoutId = "otlp-layout-old";

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly ExportLanes _lanes;
    private readonly GroupCommitter _committer;
    private readonly TimeProvider _time;
    private readonly ILogger<ProfilesExport> _logger;
    private readonly DecodeLimits _limits;
    private long _loggedAt;
    private int _unlogged;

    public ProfilesExport(
        IngestOptions options, ExportLanes lanes, GroupCommitter committer, TimeProvider time, ILogger<ProfilesExport> logger)
    {
        _lanes = lanes;
        _committer = committer;
        _time = time;
        _logger = logger;
        _limits = new DecodeLimits { BytesMax = options.MessageBytesMax };
        _limits.StackDepthMax = Math.Max(_limits.StackDepthMax, options.StackDepthMax + 1);
    }

    /// <summary>Stores a request. The message is not needed any more once the task has ended.</summary>
    public async ValueTask<ExportOutcome> ExportAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        ExportOutcome outcome = await StoreAsync(message, cancellationToken).ConfigureAwait(false);
        IngestMetrics.Requested(OutcomeName(outcome), message.Length);
        if (outcome.Message.Length > 0)
        {
            LogRarely(outcome);
        }

        return outcome;
    }

    private static string OutcomeName(in ExportOutcome outcome) => outcome.Status switch
    {
        ExportStatus.Stored => outcome.Message.Length == 0 ? "stored" : "partial",
        ExportStatus.Malformed => "malformed",
        ExportStatus.TooLarge => "too-large",
        _ => "unavailable",
    };

    private async ValueTask<ExportOutcome> StoreAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (message.IsEmpty)
        {
            return new ExportOutcome(ExportStatus.Stored, 0, "");
        }

        ExportOutcome outcome;
        CommitTicket ticket;
        ExportLane lane = await _lanes.RentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // 1. Bytes → document. Nothing of a request that cannot be decoded is stored.
            if (!OtlpProfilesReader.Read(message, lane.Document, _limits, lane.Problems))
            {
                return Undecodable(lane.Problems);
            }

            // 2. Document → rows, without what is refused.
            NoteProblems(lane);
            if (!lane.Problems.Has(OldLayoutId))
            {
                lane.Shaper.Shape(lane.Document, ProfileSource.Otlp, _time.GetUtcNow(), lane.Refusals);
            }

            // 3. Rows → batch. The lane is free again, the request goes on waiting.
            outcome = OutcomeOf(lane.Refusals);
            ticket = await _committer.AddAsync(lane.Shaper, lane.Document, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException unavailable)
        {
            return new ExportOutcome(ExportStatus.Unavailable, 0, unavailable.Message);
        }
        finally
        {
            _lanes.Return(lane, message.Length);
        }

        return await WaitAsync(ticket, outcome, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<ExportOutcome> WaitAsync(CommitTicket ticket, ExportOutcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            await ticket.WaitAsync(cancellationToken).ConfigureAwait(false);
            IngestMetrics.Duplicates(ticket.Duplicates);
            return outcome;
        }
        catch (StoreUnavailableException unavailable)
        {
            return new ExportOutcome(ExportStatus.Unavailable, 0, unavailable.Message);
        }
    }

    private static ExportOutcome Undecodable(ProblemList problems)
    {
        return new ExportOutcome(
            problems.Counts.Keys.Any(IsLimit) ? ExportStatus.TooLarge : ExportStatus.Malformed,
            0,
            $"The request is not a profiles export request that can be stored: {Bounded(problems.ToString())}");
    }

    // Ids of the decoder for more bytes, or more of something, than its limits allow.
    private static bool IsLimit(string problem) =>
        problem.StartsWith("otlp-too-many-", StringComparison.Ordinal) || problem == "otlp-too-large";

    private static void NoteProblems(ExportLane lane)
    {
        ProfileDocument document = lane.Document;
        lane.Shaper.Rows.Clear();
        if (lane.Problems.Count == 0)
        {
            return;
        }

        if (lane.Problems.Has(OldLayoutId))
        {
            lane.Refusals.Refuse(
                RefusalReason.OldLayout, SentenceOf(lane.Problems, OldLayoutId), document.ProfileCount + document.RefusedProfiles);
            return;
        }

        string sentence = Bounded(lane.Problems.ToString());
        if (document.RefusedProfiles > 0)
        {
            lane.Refusals.Refuse(RefusalReason.BadProfile, sentence, document.RefusedProfiles);
        }

        int dropped = 0;
        for (int group = 0; group < document.Count; group++)
        {
            for (int position = 0; position < document[group].Count; position++)
            {
                dropped += document[group][position].DroppedSamples;
            }
        }

        if (dropped > 0)
        {
            lane.Refusals.Drop(RefusalReason.BadSample, $"Samples could not be read and were left out: {sentence}", dropped);
        }
    }

    private static ExportOutcome OutcomeOf(RefusalList refusals)
    {
        if (refusals.IsEmpty)
        {
            return new ExportOutcome(ExportStatus.Stored, 0, "");
        }

        refusals.ForEach(IngestMetrics.Refused);
        return new ExportOutcome(ExportStatus.Stored, refusals.Profiles, refusals.ToString());
    }

    private static string SentenceOf(ProblemList problems, string id)
    {
        foreach (Problem problem in problems.Kept)
        {
            if (problem.Id == id)
            {
                return problem.Message;
            }
        }

        return "The request is written in an older layout of OTLP profiles (before v1.10), which is not understood.";
    }

    private static string Bounded(string text) => text.Length <= 512 ? text : string.Concat(text.AsSpan(0, 511), "…");

    private void LogRarely(in ExportOutcome outcome)
    {
        long now = _time.GetTimestamp();
        long last = Volatile.Read(ref _loggedAt);
        if ((last != 0 && _time.GetElapsedTime(last, now) < LogInterval) || Interlocked.CompareExchange(ref _loggedAt, now, last) != last)
        {
            Interlocked.Increment(ref _unlogged);
            return;
        }

        LogOutcome(OutcomeName(outcome), outcome.RejectedProfiles, outcome.Message, Interlocked.Exchange(ref _unlogged, 0));
    }

    [LoggerMessage(
        EventId = 3001,
        Level = LogLevel.Warning,
        Message = "Export request {Outcome}, {Rejected} profiles refused: {Reasons} ({Unlogged} more such requests since the last line)")]
    private partial void LogOutcome(string outcome, long rejected, string reasons, int unlogged);
}
