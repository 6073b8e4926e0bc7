using Hearth.Lifetime;
using Hearth.Settings;
using Hearth.Storage.ClickHouse;

namespace Hearth.Roles;

/// <summary><c>hearth schema apply</c>: creates or migrates the tables of a ClickHouse server.</summary>
internal static class SchemaRole
{
    /// <summary>Applies what is missing; safe to run again.</summary>
    public static Task<int> RunApplyAsync(SettingSet settings) => RoleProcess.RunAsync("schema", settings, async context =>
    {
        StoreAccess store = StoreAccess.Bind(context);
        context.RefuseMistakes();
        using var client = new ClickHouseClient(store.Options, context.Time);
        await store.PrepareAsync(client, apply: true, writes: true, context.Signals.Drain);
        await Console.Out.WriteLineAsync($"the tables in {store.Options.Url} are up to date");
        return ExitCode.Ok;
    });
}
