namespace Hearth.Storage.Schema;

/// <summary>The store's schema and this binary do not fit; the message says what to do.</summary>
public sealed class SchemaException(string message) : Exception(message);
