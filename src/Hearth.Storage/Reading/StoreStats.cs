namespace Hearth.Storage.Reading;

/// <summary>What a tenant has.</summary>
/// <param name="HasData">Whether any profile was stored.</param>
/// <param name="OldestSeconds">Start of the oldest profile known, Unix seconds; 0 without data.</param>
/// <param name="NewestSeconds">Start of the newest profile, Unix seconds; 0 without data.</param>
public readonly record struct StoreStats(bool HasData, long OldestSeconds, long NewestSeconds);
