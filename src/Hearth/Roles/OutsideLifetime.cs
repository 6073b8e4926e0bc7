using Microsoft.Extensions.Hosting;

namespace Hearth.Roles;

/// <summary>The web host does not watch signals itself: the role does, and stops it in its own order.</summary>
internal sealed class OutsideLifetime : IHostLifetime
{
    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
