using System.ComponentModel.DataAnnotations;

namespace Hearth.Top;

/// <summary>What to show.</summary>
internal sealed class TopOptions : IValidatableObject
{
    /// <summary>The read API.</summary>
    [Required]
    public Uri Url { get; init; } = new("http://127.0.0.1:4040");

    /// <summary>Only this service; null for all.</summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? Service { get; init; }

    /// <summary>Profile type id, five parts.</summary>
    [Required]
    [RegularExpression("^[^:]*(:[^:]*){4}$", ErrorMessage = "must have five parts, like process_cpu:cpu:nanoseconds:cpu:nanoseconds")]
    public string Type { get; init; } = "process_cpu:cpu:nanoseconds:cpu:nanoseconds";

    /// <summary>How far back to look; at least one window of the collector.</summary>
    public TimeSpan Last { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Rows of each table.</summary>
    [Range(1, 100_000)]
    public int Limit { get; init; } = 20;

    /// <summary>For a person or for a program.</summary>
    public TopOutput Output { get; init; } = TopOutput.Table;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Last < TimeSpan.FromSeconds(15) || Last > TimeSpan.FromDays(366))
        {
            yield return new ValidationResult("must be from 15s to 366d", [nameof(Last)]);
        }
    }
}
