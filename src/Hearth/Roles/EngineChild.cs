using System.Security.Cryptography;
using Hearth.Engine;
using Hearth.Lifetime;
using Hearth.Supervision;
using Microsoft.Extensions.Logging;

namespace Hearth.Roles;

/// <summary>The embedded engine as a child: its directory, the secret only its siblings know, and the library it loads.</summary>
internal sealed partial class EngineChild
{
    private const string LibraryKey = "HEARTH_ENGINE_LIBRARY";

    private EngineChild(string key, Func<Func<ChildKeeper?>, ChildKeeper> keep)
    {
        Key = key;
        Keeper = keep(() => Keeper);
    }

    /// <summary>What clients must show; new at every start.</summary>
    public string Key { get; }

    /// <summary>Keeps it running.</summary>
    public ChildKeeper Keeper { get; }

    /// <summary>Finds the library and makes the directory. A missing library is a failure to start, said before anything runs.</summary>
    public static EngineChild Prepare(
        RoleContext context, DataDirectory data, InvokingUser? user, ILogger logger, Func<ChildSpec, ChildKeeper> keep)
    {
        string? library = null;
        if (user is null || !File.Exists(InCacheOf(user)))
        {
            library = EngineLibrary.Find(context.Settings.Get(LibraryKey));
            if (user is not null && !IsOpenToAll(library))
            {
                LogAsRoot(logger, library, user.Name);
                user = null;
            }
        }

        string directory = data.Prepare("engine", user);
        string key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        return new EngineChild(key, self => keep(new ChildSpec
        {
            Role = "engine",
            Arguments = failures =>
                ["--data", directory, "--listen", "127.0.0.1", "--http-port", LocalChildren.Pinned(self(), "http", 0, failures)],
            Environment = _ =>
            {
                Dictionary<string, string?> environment = LocalChildren.EnvironmentFor("engine", context, user);
                environment["HEARTH_ENGINE_KEY"] = key;
                if (library is not null)
                {
                    environment[LibraryKey] = library;
                }

                return environment;
            },
        }));
    }

    /// <summary>Where a build by that user left the library; the child finds it there by itself.</summary>
    private static string InCacheOf(InvokingUser user) =>
        Path.Combine(user.Home, ".cache", "hearth", "engine", EngineLibrary.Version, "libchdb.so");

    private static bool IsOpenToAll(string path)
    {
        if (!File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
        {
            return false;
        }

        for (string? folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(
        EventId = 1121,
        Level = LogLevel.Warning,
        Message = "the engine library {Library} cannot be read by {User}, so the engine runs as root; build once as that user")]
    private static partial void LogAsRoot(ILogger logger, string library, string user);
}
