using System.Globalization;
using System.Net;

namespace Hearth.Lifetime;

/// <summary>
/// The one line a role writes to standard output when everything listens: <c>ready name=HOST:PORT …</c>, with only the ports it opened.
/// A supervisor reads the same line from its children.
/// </summary>
internal sealed record ReadyLine(IReadOnlyList<KeyValuePair<string, IPEndPoint>> Endpoints)
{
    /// <summary>Longest line accepted from a child, in characters.</summary>
    public const int LengthMax = 1024;

    /// <summary>The endpoint of a name, or null.</summary>
    public IPEndPoint? this[string name] => Endpoints.FirstOrDefault(e => e.Key == name).Value;

    /// <summary>Reads a line; false when it is something else.</summary>
    public static bool TryParse(string line, out ReadyLine ready)
    {
        ready = new ReadyLine([]);
        string[] words = line.Length <= LengthMax ? line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        if (words is not ["ready", .. string[] rest])
        {
            return false;
        }

        var endpoints = new List<KeyValuePair<string, IPEndPoint>>();
        foreach (string word in rest)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !IPEndPoint.TryParse(word.AsSpan(equals + 1), out IPEndPoint? endpoint))
            {
                return false;
            }

            endpoints.Add(new KeyValuePair<string, IPEndPoint>(word[..equals], endpoint));
        }

        ready = new ReadyLine(endpoints);
        return true;
    }

    /// <summary>The line as written.</summary>
    public override string ToString() => string.Concat(
        ["ready", .. Endpoints.Select(e => string.Create(CultureInfo.InvariantCulture, $" {e.Key}={e.Value}"))]);
}
