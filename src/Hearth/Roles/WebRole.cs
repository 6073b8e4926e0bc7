using System.Net;
using System.Net.Sockets;
using Hearth.Health;
using Hearth.Lifetime;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hearth.Roles;

/// <summary>A role that answers on ports: one Kestrel, one set of routes for each port.</summary>
internal sealed class WebRole : IAsyncDisposable
{
    private const int ConnectionsMax = 4096;
    private static readonly TimeSpan s_drainMax = TimeSpan.FromSeconds(3);

    private readonly IHost _host;
    private readonly List<(Listener Listener, ListenOptions Bound)> _bound;

    private WebRole(IHost host, List<(Listener Listener, ListenOptions Bound)> bound)
    {
        _host = host;
        _bound = bound;
    }

    /// <summary>Services of the role.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Where it listens, once started.</summary>
    public ReadyLine Ready => new([.. _bound.Select(b => new KeyValuePair<string, IPEndPoint>(b.Listener.Name, b.Bound.IPEndPoint!))]);

    /// <summary>Puts the role together; nothing listens yet.</summary>
    public static WebRole Build(RoleContext context, IReadOnlyList<Listener> listeners, Action<IServiceCollection> addServices)
    {
        var bound = new List<(Listener, ListenOptions)>();
        IHost host = new HostBuilder()
            .ConfigureServices(services =>
            {
                services.AddSingleton(context.Loggers);
                services.AddSingleton(context.Time);
                services.AddSingleton<IHostLifetime, OutsideLifetime>();
                services.AddRouting();
                services.Configure<HostOptions>(o => o.ShutdownTimeout = s_drainMax);
                addServices(services);
            })
            .ConfigureWebHost(web => web
                .UseKestrel(kestrel =>
                {
                    kestrel.AddServerHeader = false;
                    kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;

                    // Every body has its own, smaller bound, counted while it is read.
                    kestrel.Limits.MaxRequestBodySize = null;
                    foreach (Listener listener in listeners)
                    {
                        kestrel.Listen(listener.EndPoint, options =>
                        {
                            options.Protocols = listener.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
                            var feature = new ListenerFeature(listener);
                            options.Use(next => connection =>
                            {
                                connection.Features.Set(feature);
                                return next(connection);
                            });
                            bound.Add((listener, options));
                        });
                    }
                })
                .Configure(app =>
                {
                    foreach (Listener listener in listeners)
                    {
                        app.MapWhen(c => c.Features.Get<ListenerFeature>()?.Listener == listener, branch =>
                        {
                            branch.UseRouting();
                            branch.UseEndpoints(listener.Map);
                        });
                    }
                }))
            .Build();
        return new WebRole(host, bound);
    }

    /// <summary>Starts listening; a port that cannot be had is one line naming the flag that moves it.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        try
        {
            await _host.StartAsync(cancel);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new StartFailedException(DescribeBindFailure(failure), failure);
        }

        Services.GetRequiredService<Readiness>().Started();
    }

    /// <summary>Serves until the token, then answers what is under way within the drain time.</summary>
    public async Task ServeAsync(CancellationToken drain)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, drain);
        }
        catch (OperationCanceledException)
        {
            Services.GetRequiredService<Readiness>().Drain();
            await _host.StopAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        switch (_host)
        {
            case IAsyncDisposable host:
                await host.DisposeAsync();
                break;
            default:
                _host.Dispose();
                break;
        }
    }

    /// <summary>Kestrel says that some address failed; trying each port again says which flags to change, all at once.</summary>
    private string DescribeBindFailure(Exception failure)
    {
        var lines = new List<string>();
        foreach ((Listener listener, _) in _bound.Where(b => b.Listener.EndPoint.Port != 0))
        {
            (int port, string flag) = (listener.EndPoint.Port, listener.Flag);
            using var probe = new Socket(listener.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(listener.EndPoint);
                probe.Listen();
            }
            catch (SocketException refused)
            {
                lines.Add(refused.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse =>
                        $"port {port} is in use by another program; choose another with {flag} (0 takes a free one)",
                    SocketError.AccessDenied => $"port {port} needs more rights; choose one above 1023 with {flag}",
                    SocketError.AddressNotAvailable =>
                        $"{listener.EndPoint.Address} is not an address of this machine; choose one with --listen",
                    _ => $"cannot listen on {listener.EndPoint}: {refused.Message}; change it with {flag} or --listen",
                });
            }
        }

        return lines.Count > 0 ? string.Join('\n', lines.Distinct()) : $"cannot listen: {failure.Message}; see --listen and the port flags";
    }
}
