using Hearth.Collector.Processes.Identity;
using Xunit;

namespace Hearth.Collector.Tests.Processes.Identity;

public sealed class ProgramNameTests
{
    [Theory]
    [InlineData("nginx", "nginx: worker process", "nginx")]
    [InlineData("python3.11", "python3 -u /srv/app/billing.py --secret x", "billing")]
    [InlineData("python3.11", "python3 -X dev -W ignore worker.py", "worker")]
    [InlineData("python3.13t", "python3 -m http.server 8000", "http.server")]
    [InlineData("python3", "python3 -c print(1)", "python3")]
    [InlineData("python3", "python3", "python3")]
    [InlineData("node", "node --require ./tracing.js --max-old-space-size=100 /app/dist/server.mjs", "server")]
    [InlineData("node", "node -e 1", "node")]
    [InlineData("dotnet", "dotnet /app/Shop.Api.dll --urls http://x", "Shop.Api")]
    [InlineData("dotnet", "dotnet exec --runtimeconfig a.json --depsfile b.json Shop.Worker.dll", "Shop.Worker")]
    [InlineData("dotnet", "dotnet build Shop.sln", "dotnet")]
    [InlineData("java", "java -Xmx1g -cp a.jar:b.jar com.acme.Main arg", "com.acme.Main")]
    [InlineData("java", "java -Dx=y -jar /opt/shop/shop-1.2.jar --port 1", "shop-1.2")]
    [InlineData("ruby3.1", "ruby /usr/bin/puma -C config", "puma")]
    [InlineData("pythonista", "pythonista a.py", "pythonista")]
    public void Of_CommandLine_GivesTheNamePeopleUse(string executable, string commandLine, string expected) =>
        Assert.Equal(expected, ProgramName.Of(executable, commandLine.Split(' ')));
}
