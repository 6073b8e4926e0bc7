namespace Hearth.Storage.Reading;

/// <summary>Everything about the frames of some stacks, for an export that loses nothing.</summary>
/// <param name="Stacks">Frame ids of each stack, leaf first. A stack that the store does not know is missing.</param>
/// <param name="Frames">The frames by id.</param>
/// <param name="Functions">The functions by id.</param>
/// <param name="Mappings">The mappings by id.</param>
public sealed record SymbolExport(
    IReadOnlyDictionary<ulong, ulong[]> Stacks,
    IReadOnlyDictionary<ulong, ExportFrame> Frames,
    IReadOnlyDictionary<ulong, ExportFunction> Functions,
    IReadOnlyDictionary<ulong, ExportMapping> Mappings);
