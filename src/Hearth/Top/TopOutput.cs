namespace Hearth.Top;

/// <summary>Form of the answer.</summary>
internal enum TopOutput
{
    /// <summary>Tables for a person.</summary>
    Table,

    /// <summary>One JSON object.</summary>
    Json,
}
