using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Targets;
using Hearth.Native.Elf;

namespace Hearth.Collector.Symbols;

/// <summary>
/// Finds the separate debug file of a stripped one, inside the root of the process: by build id, then by the debug link in the same
/// folder, in <c>.debug</c> and under <c>/usr/lib/debug</c> (GDB manual, "Separate Debug Files"). A file counts only when its build
/// id, or else the CRC of the link, says that it belongs.
/// </summary>
internal static class DebugFiles
{
    private const string Root = "/usr/lib/debug";

    /// <summary>Largest file whose CRC is computed, bytes: the sum reads all of it.</summary>
    private const long ChecksummedBytesMax = 64 * 1024 * 1024;

    /// <summary>The debug file, or null. The caller owns it through <see cref="ElfImage.Source"/>.</summary>
    /// <param name="files">Opens files of the process.</param>
    /// <param name="process">In whose root to search.</param>
    /// <param name="path">Path of the stripped file there.</param>
    /// <param name="image">The stripped file.</param>
    /// <param name="buildId">Its build id; may be empty.</param>
    public static ElfImage? Find(TargetFiles files, ProcessEntry process, string path, ElfImage image, string buildId)
    {
        ElfDebugLink? link = image.ReadDebugLink();
        foreach (string candidate in Candidates(path, buildId, link))
        {
            TargetFile? file = files.Open(process, candidate, out _);
            if (file is null)
            {
                continue;
            }

            ElfImage? debug = ElfImage.Open(file.Bytes, out _);
            if (debug is not null && Belongs(debug, buildId, link))
            {
                return debug;
            }

            file.Dispose();
        }

        return null;
    }

    private static IEnumerable<string> Candidates(string path, string buildId, ElfDebugLink? link)
    {
        if (buildId.Length > 2)
        {
            yield return $"{Root}/.build-id/{buildId[..2]}/{buildId[2..]}.debug";
        }

        int slash = path.LastIndexOf('/');
        if (link is null || slash < 0)
        {
            yield break;
        }

        string folder = path[..slash];
        if (path[(slash + 1)..] != link.FileName)
        {
            yield return $"{folder}/{link.FileName}";
        }

        yield return $"{folder}/.debug/{link.FileName}";
        yield return $"{Root}{folder}/{link.FileName}";
    }

    private static bool Belongs(ElfImage debug, string buildId, ElfDebugLink? link)
    {
        string debugId = debug.ReadBuildId();
        if (buildId.Length > 0 && debugId.Length > 0)
        {
            return debugId == buildId;
        }

        return link is not null && debug.Source.Length <= ChecksummedBytesMax && DebugLinkCrc.Of(debug.Source) == link.Crc32;
    }
}
