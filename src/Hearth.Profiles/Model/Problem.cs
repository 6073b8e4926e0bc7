namespace Hearth.Profiles.Model;

/// <summary>One thing wrong with an input.</summary>
/// <param name="Id">Stable, kebab-case, e.g. <c>pprof-string-index</c>: what tests, metrics and documentation name.</param>
/// <param name="Offset">Byte offset in the (decompressed) input; -1 when it has no place.</param>
/// <param name="Message">A sentence for a person: what is wrong, with the value.</param>
public readonly record struct Problem(string Id, int Offset, string Message);
