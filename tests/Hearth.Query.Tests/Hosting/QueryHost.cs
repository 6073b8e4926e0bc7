using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Hearth.Query.Selecting;
using Hearth.Storage.ClickHouse;
using Hearth.Storage.Reading;
using Hearth.Storage.Schema;
using Hearth.Storage.Writing;
using Hearth.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hearth.Query.Tests.Hosting;

/// <summary>The read API on a real port over a database of the shared engine.</summary>
internal sealed class QueryHost : IAsyncDisposable
{
    private const string Service = "/querier.v1.QuerierService/";

    private readonly WebApplication _app;
    private readonly ClickHouseClient _client;

    private QueryHost(WebApplication app, ClickHouseClient client, Uri url)
    {
        _app = app;
        _client = client;
        Writer = new RowWriter(client);
        Http = new HttpClient { BaseAddress = url };
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public RowWriter Writer { get; }

    public HttpClient Http { get; }

    public static async Task<QueryHost> StartAsync(EngineFixture fixture, QueryOptions? options = null)
    {
        EngineProcess engine = await fixture.EngineAsync();
        ClickHouseClient client = new(new ClickHouseOptions { Url = engine.Url, Key = engine.Key, Database = fixture.NewDatabase() });
        await new SchemaApplier(client, new SchemaOptions()).ApplyAsync(Token);
        return await StartAsync(client, options);
    }

    public static async Task<QueryHost> StartAsync(ClickHouseClient client, QueryOptions? options = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.AddSingleton(new ProfileReader(client)).AddHearthQuery(options ?? new QueryOptions());
        WebApplication app = builder.Build();
        app.MapHearthQuery();
        await app.StartAsync(Token);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new QueryHost(app, client, new Uri(address));
    }

    /// <summary>Calls a method as Grafana does: binary protobuf.</summary>
    public async Task<TResponse> ProtoAsync<TResponse>(string method, IMessage request, MessageParser<TResponse> parser)
        where TResponse : IMessage<TResponse>
    {
        using HttpResponseMessage response = await SendAsync(method, "application/proto", request.ToByteArray());
        byte[] body = await response.Content.ReadAsByteArrayAsync(Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {Encoding.UTF8.GetString(body)}");
        Assert.Equal("application/proto", response.Content.Headers.ContentType?.MediaType);
        return parser.ParseFrom(body);
    }

    /// <summary>Calls a method as the browser does: JSON. Gives the status and the body.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> JsonAsync(string method, string request, string? accept = null)
    {
        using HttpResponseMessage response = await SendAsync(method, "application/json", Encoding.UTF8.GetBytes(request), accept);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Token));
        return (response.StatusCode, document.RootElement.Clone());
    }

    /// <summary>A JSON call that must succeed.</summary>
    public async Task<JsonElement> OkAsync(string method, string request, string? accept = null)
    {
        (HttpStatusCode status, JsonElement body) = await JsonAsync(method, request, accept);
        Assert.True(status == HttpStatusCode.OK, $"{status}: {body}");
        return body;
    }

    /// <summary>A JSON call that must fail with a code; gives its sentence.</summary>
    public async Task<string> FailsAsync(string method, string request, HttpStatusCode expectedStatus, string expectedCode)
    {
        (HttpStatusCode status, JsonElement body) = await JsonAsync(method, request);
        Assert.Equal((expectedStatus, expectedCode), (status, body.GetProperty("code").GetString()));
        return body.GetProperty("message").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string contentType, byte[] body, string? accept = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Service + method) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await Http.SendAsync(request, Token);
    }
}
