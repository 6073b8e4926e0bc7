using System.Globalization;
using System.Runtime.CompilerServices;

namespace Hearth.Profiles.Model;

/// <summary>
/// The words of a problem as an interpolated string that is only put together when the list still keeps words: an input with a
/// million bad samples must not make a million strings.
/// </summary>
[InterpolatedStringHandler]
public ref struct ProblemText
{
    private DefaultInterpolatedStringHandler _text;

    /// <summary>Called by the compiler.</summary>
    public ProblemText(int literalLength, int formattedCount, ProblemList problems, out bool isKept)
    {
        isKept = IsKept = problems.Kept.Count < ProblemList.KeptMax;
        _text = isKept ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    /// <summary>True when the words are wanted.</summary>
    public bool IsKept { get; }

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    /// <summary>The words; callable once.</summary>
    public string ToStringAndClear() => _text.ToStringAndClear();
}
