using System.Net.Http.Headers;

namespace Hearth.Storage.ClickHouse;

/// <summary>One request with its deadline: turns what the transport throws into what a caller understands.</summary>
internal sealed class ClickHouseExchange : IDisposable
{
    private readonly Uri _url;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _deadline;
    private HttpResponseMessage? _response;

    public ClickHouseExchange(Uri url, TimeSpan timeout, TimeProvider time)
    {
        _url = url;
        _timeout = timeout;
        _deadline = new CancellationTokenSource(timeout, time);
    }

    public string ExceptionTag => Header("X-ClickHouse-Exception-Tag");

    public ClickHouseSummary Summary => ClickHouseSummary.Parse(Header("X-ClickHouse-Summary"));

    public Task SendAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken) =>
        GuardAsync(
            async token =>
            {
                _response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
                bool failed = !_response.IsSuccessStatusCode || Header("X-ClickHouse-Exception-Code").Length > 0;
                if (failed)
                {
                    string text = await ReadTextAsync(token).ConfigureAwait(false);
                    throw ClickHouseError.Parse(text, (int)_response.StatusCode);
                }

                return 0;
            },
            cancellationToken);

    public Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        GuardAsync(token => _response!.Content.ReadAsStreamAsync(token), cancellationToken);

    public Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken) =>
        GuardAsync(
            async token =>
            {
                try
                {
                    return await body.ReadAsync(buffer, token).ConfigureAwait(false);
                }
                catch (HttpIOException error) when (error.HttpRequestError == HttpRequestError.ResponseEnded && ExceptionTag.Length > 0)
                {
                    // A server ends the connection after the trailer of a failure: what came before it is read as the end.
                    return 0;
                }
            },
            cancellationToken);

    /// <summary>The answer as text, at most <see cref="ClickHouseClient.TextBytesMax"/> bytes of it.</summary>
    public async Task<string> ReadTextAsync(CancellationToken cancellationToken)
    {
        Stream body = await _response!.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            byte[] buffer = new byte[ClickHouseClient.TextBytesMax];
            int length = await body.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken).ConfigureAwait(false);
            return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    /// <summary>The whole answer as text; a failure in its trailer is thrown.</summary>
    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) =>
        GuardAsync(
            async token =>
            {
                string text = await ReadTextAsync(token).ConfigureAwait(false);
                ClickHouseException? trailer = ClickHouseError.FindTrailer(
                    System.Text.Encoding.UTF8.GetBytes(text), System.Text.Encoding.ASCII.GetBytes(ExceptionTag));
                return trailer is null ? text : throw trailer;
            },
            cancellationToken);

    public void Dispose()
    {
        _response?.Dispose();
        _deadline.Dispose();
    }

    private string Header(string name)
    {
        HttpResponseHeaders? headers = _response?.Headers;
        return headers is not null && headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() ?? "" : "";
    }

    private async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);
        try
        {
            return await action(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClickHouseException(
                ClickHouseFailure.Timeout, $"ClickHouse at {_url} did not answer within {_timeout.TotalSeconds:0.#} s.", error);
        }
        catch (HttpRequestException error)
        {
            throw new ClickHouseException(
                ClickHouseFailure.Unreachable,
                $"ClickHouse cannot be reached at {_url} ({error.Message}). Is it running, and is the address right?",
                error);
        }
        catch (IOException error)
        {
            throw new ClickHouseException(
                ClickHouseFailure.Unreachable, $"The connection to ClickHouse at {_url} broke ({error.Message}).", error);
        }
        catch (InvalidDataException error)
        {
            throw new ClickHouseException(
                ClickHouseFailure.Malformed, $"ClickHouse at {_url} sent a compressed body that is damaged ({error.Message}).", error);
        }
    }
}
