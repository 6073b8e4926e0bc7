namespace Hearth.Settings;

/// <summary>Everything wrong with what was asked for, one sentence each, so that a person corrects all of it in one go.</summary>
internal sealed class MistakeList
{
    private readonly List<string> _lines = [];

    /// <summary>The sentences in the order found.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Adds a sentence; the same sentence is said once.</summary>
    public void Add(string line)
    {
        if (!_lines.Contains(line))
        {
            _lines.Add(line);
        }
    }
}
