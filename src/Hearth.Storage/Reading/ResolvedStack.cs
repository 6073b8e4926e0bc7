namespace Hearth.Storage.Reading;

/// <summary>A stack with names. Shared between callers: do not write to its arrays.</summary>
/// <param name="Stack">Stack id.</param>
/// <param name="Functions">
/// Function names, root first, inlined ones expanded; equal names are one string object while the cache holds it. A frame without
/// symbols is <c>file+0xoffset</c>. Empty when the store does not know the stack.
/// </param>
/// <param name="Frames">Frame ids, leaf first.</param>
public sealed record ResolvedStack(ulong Stack, string[] Functions, ulong[] Frames);
