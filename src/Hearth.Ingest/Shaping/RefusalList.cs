using System.Globalization;
using System.Text;

namespace Hearth.Ingest.Shaping;

/// <summary>
/// What of one request was not stored, by reason: whole profiles, which the sender is told as rejected, and parts. Each
/// reason keeps the sentence of its first case.
/// </summary>
internal sealed class RefusalList
{
    private const int MessageCharsMax = 1024;

    private static readonly RefusalReason[] Reasons = Enum.GetValues<RefusalReason>();
    private static readonly string[] Names = [.. Reasons.Select(NameOf)];

    private readonly int[] _counts = new int[Reasons.Length];
    private readonly string?[] _sentences = new string?[Reasons.Length];

    /// <summary>Profiles refused.</summary>
    public int Profiles { get; private set; }

    /// <summary>True when nothing was refused, neither profile nor part.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The stable kebab-case name of a reason.</summary>
    public static string Name(RefusalReason reason) => Names[(int)reason];

    /// <summary>Cases of a reason.</summary>
    public int Count(RefusalReason reason) => _counts[(int)reason];

    /// <summary>A profile is refused.</summary>
    public void Refuse(RefusalReason reason, string sentence, int profiles = 1)
    {
        Profiles += profiles;
        Note(reason, sentence, profiles);
    }

    /// <summary>Parts of a profile are left out.</summary>
    public void Drop(RefusalReason reason, string sentence, int parts) => Note(reason, sentence, parts);

    /// <summary>True when the reason has its sentence already: the caller need not make one.</summary>
    public bool HasSentence(RefusalReason reason) => _sentences[(int)reason] is not null;

    /// <summary>Calls back once for every reason that occurred.</summary>
    public void ForEach(Action<RefusalReason, int> visit)
    {
        foreach (RefusalReason reason in Reasons)
        {
            if (_counts[(int)reason] > 0)
            {
                visit(reason, _counts[(int)reason]);
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        if (!IsEmpty)
        {
            Array.Clear(_counts);
            Array.Clear(_sentences);
            Profiles = 0;
            IsEmpty = true;
        }
    }

    /// <summary>One bounded line for the sender: a sentence per reason with how often it occurred.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (RefusalReason reason in Reasons)
        {
            int count = _counts[(int)reason];
            if (count == 0)
            {
                continue;
            }

            text.Append(text.Length > 0 ? " " : "").Append(_sentences[(int)reason]);
            if (count > 1)
            {
                text.Append(CultureInfo.InvariantCulture, $" ({count} times)");
            }
        }

        if (text.Length > MessageCharsMax)
        {
            text.Length = MessageCharsMax - 1;
            text.Append('…');
        }

        return text.ToString();
    }

    private static string NameOf(RefusalReason reason)
    {
        StringBuilder name = new();
        foreach (char letter in reason.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('-');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    private void Note(RefusalReason reason, string sentence, int count)
    {
        _counts[(int)reason] += count;
        _sentences[(int)reason] ??= sentence;
        IsEmpty = false;
    }
}
