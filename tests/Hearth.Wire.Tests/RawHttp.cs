using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hearth.Wire.Tests;

/// <summary>Sends HTTP/1.1 as it is written, and reads the answer until the server has said all of it or closes.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Sends the bytes, leaves the connection open, and returns what comes back until a JSON or text body is complete.</summary>
    public static async Task<string> SendAsync(Uri server, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        byte[] buffer = new byte[16_384];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length)).AsTask().WaitAsync(Deadline);
            length += read;
            string answer = Encoding.ASCII.GetString(buffer, 0, length);
            int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end >= 0 && answer.Length > end + 4))
            {
                return answer;
            }
        }
    }
}
