namespace Hearth.Collector.Exporting;

/// <summary>
/// Reads the bearer token of a file for every request, so that it can be rotated; a file that is gone leaves the last one.
/// </summary>
internal sealed class BearerToken
{
    private const int TokenCharsMax = 16 * 1024;
    private readonly string? _path;
    private string? _last;

    /// <summary>Reads <paramref name="path"/>; null means no token.</summary>
    public BearerToken(string? path) => _path = path;

    /// <summary>The Authorization header, or null.</summary>
    public string? Read()
    {
        if (_path is null)
        {
            return null;
        }

        try
        {
            string text = File.ReadAllText(_path).Trim();
            if (text.Length is > 0 and <= TokenCharsMax && !text.AsSpan().ContainsAnyInRange('\0', ' '))
            {
                _last = $"Bearer {text}";
            }
        }
        catch (IOException)
        {
            // Being replaced just now: the last token is the best there is.
        }
        catch (UnauthorizedAccessException)
        {
            // The same.
        }

        return _last;
    }
}
