using System.Reflection;
using Hearth.Lifetime;

namespace Hearth.Engine;

/// <summary>Finds the engine's shared library.</summary>
internal static class EngineLibrary
{
    private const string FileName = "libchdb.so";

    /// <summary>Version of the package the build fetches.</summary>
    public static string Version { get; } = typeof(EngineLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(static data => data.Key == "HearthEngineVersion")?.Value ?? "unknown";

    /// <summary>
    /// The library's path: the one named, else beside the program, else in the user's cache. Throws
    /// <see cref="StartFailedException"/> with what to do when there is none.
    /// </summary>
    public static string Find(string? named)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new StartFailedException($"HEARTH_ENGINE_LIBRARY names {named}, which does not exist. {Remedy}");
        }

        string beside = Path.Combine(AppContext.BaseDirectory, FileName);
        string cached = Path.Combine(CacheHome(), "hearth", "engine", Version, FileName);
        return File.Exists(beside) ? beside
            : File.Exists(cached) ? cached
            : throw new StartFailedException(
                $"the ClickHouse engine library ({FileName}) is neither beside the program nor at {cached}. {Remedy}");
    }

    private const string Remedy =
        "Install npm and build again to fetch it, or set HEARTH_ENGINE_LIBRARY to its path, or use a server with --clickhouse URL.";

    private static string CacheHome()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return string.IsNullOrEmpty(cache)
            ? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache")
            : cache;
    }
}
