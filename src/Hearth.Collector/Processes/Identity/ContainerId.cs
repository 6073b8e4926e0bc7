namespace Hearth.Collector.Processes.Identity;

/// <summary>
/// Finds the container in the text of /proc/pid/cgroup (v1: a line per hierarchy, v2: one line <c>0::/path</c>). Docker, containerd,
/// CRI-O and Podman put a 64-digit id last in the path; LXC and systemd-nspawn put a name there.
/// </summary>
internal static class ContainerId
{
    private const int IdChars = 64;
    private const int NameCharsMax = 64;

    /// <summary>The id, 64 lower-case hexadecimal digits; empty when the process is in no such container.</summary>
    public static string Find(ReadOnlySpan<char> cgroups)
    {
        foreach (Range line in cgroups.Split('\n'))
        {
            ReadOnlySpan<char> path = PathOf(cgroups[line]);
            for (int end = path.Length; end >= IdChars;)
            {
                // A run of hexadecimal digits, from its end; the last run of exactly 64 is the innermost container.
                int start = end;
                while (start > 0 && char.IsAsciiHexDigitLower(path[start - 1]))
                {
                    start--;
                }

                if (end - start == IdChars)
                {
                    return path[start..end].ToString();
                }

                end = start < end ? start : end - 1;
            }
        }

        return "";
    }

    /// <summary>The name of an LXC or nspawn container; empty when there is none.</summary>
    public static string FindName(ReadOnlySpan<char> cgroups)
    {
        foreach (Range line in cgroups.Split('\n'))
        {
            ReadOnlySpan<char> path = PathOf(cgroups[line]);
            foreach (Range part in path.Split('/'))
            {
                ReadOnlySpan<char> name = path[part] switch
                {
                    var p when p.StartsWith("lxc.payload.") => p["lxc.payload.".Length..],
                    var p when p.StartsWith("machine-") && p.EndsWith(".scope") => p["machine-".Length..^".scope".Length],
                    _ => default,
                };
                if (name.Length is > 0 and <= NameCharsMax)
                {
                    return name.ToString().Replace("\\x2d", "-", StringComparison.Ordinal);
                }
            }
        }

        return "";
    }

    // hierarchy:controllers:path
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> line)
    {
        int first = line.IndexOf(':');
        int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':');
        return second < 0 ? default : line[(first + second + 2)..];
    }
}
