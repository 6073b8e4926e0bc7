namespace Hearth.Collector.Processes;

/// <summary>Who a process is, as resource attributes of its profiles.</summary>
/// <param name="ServiceName">service.name; never empty.</param>
/// <param name="Attributes">
/// Further resource attributes, keys unique and without service.name. A value is a string, or a <see cref="long"/> for
/// integer attributes such as process.pid.
/// </param>
internal sealed record ProcessIdentity(string ServiceName, IReadOnlyList<KeyValuePair<string, object>> Attributes);
