using Hearth.Testing;
using Xunit;

namespace Hearth.Wire.Tests.Grpc;

/// <summary>The @grpc/grpc-js peer, started once for the tests of a class.</summary>
public sealed class ForeignPeerFixture : IAsyncLifetime
{
    private NodePeer? _peer;

    public async Task<NodePeer> PeerAsync() =>
        _peer ??= await NodePeer.StartAsync(Repository.TestFile("Hearth.Wire.Tests", "peers"), "grpc-peer.js");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _peer?.DisposeAsync() ?? ValueTask.CompletedTask;
}
