using System.ComponentModel.DataAnnotations;

namespace Hearth.Roles;

/// <summary>The collector's own admin port.</summary>
internal sealed class CollectAdminOptions
{
    /// <summary>Port of health checks and metrics on loopback, 0 for a free one; null opens none.</summary>
    [Range(0, 65535)]
    public int? AdminPort { get; init; }
}
