using Hearth.Lifetime;
using Hearth.Settings;
using Hearth.Supervision;
using Microsoft.Extensions.Logging;

namespace Hearth.Roles;

/// <summary>
/// <c>hearth all</c>: the engine, ingest and query, and the collector as children of this process, talking over loopback as they would in
/// a cluster. Children get their settings through the environment, so that nothing secret shows in a process list.
/// </summary>
internal static partial class AllRole
{
    /// <summary>Runs until asked to end.</summary>
    public static Task<int> RunAsync(SettingSet settings) => RoleProcess.RunAsync("all", settings, async context =>
    {
        // The children bind the same settings again; doing it here first says every mistake of every role at once.
        AllOptions options = context.Bind(new AllOptions(), "HEARTH");
        ListenerOptions listening = context.Bind(new ListenerOptions(), "HEARTH");
        StoreAccess.Bind(context);
        ServeRole.BindIngest(context);
        ServeRole.BindQuery(context);
        CollectRole.BindOptions(context);
        context.RefuseMistakes();

        ILogger logger = context.Loggers.CreateLogger("Hearth.Supervision");
        InvokingUser? user = InvokingUser.BehindSudo();
        if (user is null && InvokingUser.IsRoot)
        {
            LogPlainRoot(logger);
        }

        using DataDirectory data = DataDirectory.Open(options.Data ?? DataDirectory.DefaultPath(user?.Home ?? HomeOf()), user);
        using var launcher = new ChildLauncher();
        ChildKeeper Keep(ChildSpec spec) => new(spec, launcher, context.Time, logger);
        EngineChild? engine = options.ClickhouseUrl is null ? EngineChild.Prepare(context, data, user, logger, Keep) : null;
        var children = new LocalChildren(context, listening, user, engine, Keep);
        var supervisor = new Supervisor(children.InStartOrder, context.Time, logger);
        return await supervisor.RunAsync(context.Signals, () => RoleContext.AnnounceAsync(children.Serve.Listening));
    });

    private static string HomeOf() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : "/";

    [LoggerMessage(
        EventId = 1120,
        Level = LogLevel.Information,
        Message = "started as root without sudo: storing and answering run as root too (with sudo only the collector would)")]
    private static partial void LogPlainRoot(ILogger logger);
}
