namespace Hearth.Roles;

/// <summary>Set on each connection, so that a request is answered by its port's own routes whatever its Host header says.</summary>
internal sealed record ListenerFeature(Listener Listener);
