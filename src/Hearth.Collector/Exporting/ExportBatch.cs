namespace Hearth.Collector.Exporting;

/// <summary>An encoded export request that waits to be sent.</summary>
/// <param name="Body">ExportProfilesServiceRequest.</param>
/// <param name="Profiles">Profiles in it.</param>
/// <param name="NotBefore">When it may leave: window ends are the same on every node, sending is spread.</param>
internal sealed record ExportBatch(ReadOnlyMemory<byte> Body, int Profiles, DateTimeOffset NotBefore);
