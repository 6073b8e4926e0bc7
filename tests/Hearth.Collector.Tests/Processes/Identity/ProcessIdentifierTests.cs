using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Identity;
using Hearth.Collector.Tests.Symbols;
using Hearth.Testing;
using Xunit;

namespace Hearth.Collector.Tests.Processes.Identity;

public sealed class ProcessIdentifierTests
{
    private const string Publisher = """
        #define _GNU_SOURCE
        #include <stdint.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <unistd.h>
        struct context { char signature[8]; uint32_t version, size; uint64_t time, payload; };
        static unsigned char payload[2][256];
        static int decode(const char *hex, unsigned char *into) {
            int n = strlen(hex) / 2;
            for (int i = 0; i < n; i++) sscanf(hex + 2 * i, "%2hhx", into + i);
            return n;
        }
        int main(int argc, char **argv) {
            char line[64];
            int fd = memfd_create("OTEL_CTX", MFD_CLOEXEC);
            if (fd < 0 || ftruncate(fd, 4096) != 0) return 1;
            struct context *c = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
            c->version = 2;
            c->size = decode(argv[1], payload[0]);
            c->payload = (uint64_t)payload[0];
            memcpy(c->signature, "OTEL_CTX", 8);
            __atomic_store_n(&c->time, 1, __ATOMIC_SEQ_CST);
            puts("ready");
            fflush(stdout);
            if (!fgets(line, sizeof line, stdin)) return 0;
            __atomic_store_n(&c->time, 0, __ATOMIC_SEQ_CST);
            c->size = decode(argv[2], payload[1]);
            c->payload = (uint64_t)payload[1];
            __atomic_store_n(&c->time, 2, __ATOMIC_SEQ_CST);
            puts("changed");
            fflush(stdout);
            return fgets(line, sizeof line, stdin) != 0;
        }
        """;

    private static readonly string[] ShellProgram = ["-c", "echo ready; read x"];

    [Fact]
    public void Identify_PublishedContext_WinsAndIsReadAgainWhenItChanges()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("publisher.c"), Publisher);
        Tool.Run(Require.Tool("gcc"), "-O1", "-o", folder.At("publisher"), folder.At("publisher.c"));
        string first = Convert.ToHexString(OtelContextPayload.Of(("service.name", "from-context"), ("service.version", "1")));
        string second = Convert.ToHexString(OtelContextPayload.Of(("service.name", "from-second")));
        var environment = new Dictionary<string, string>
        {
            ["OTEL_SERVICE_NAME"] = "from-environment",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.version=9,team=blue",
        };
        using Target target = Target.Start(environment, folder.At("publisher"), first, second);
        using ProcessIdentifier identifier = Create();
        ProcessEntry process = target.Entry();

        ProcessIdentity before = identifier.Identify(process);
        target.WriteLine("change");
        Assert.Equal("changed", target.ReadLine());
        ProcessIdentity after = identifier.Identify(process);

        Assert.Equal("from-context", before.ServiceName);
        Assert.Equal("1", Attribute(before, "service.version"));
        Assert.Equal("from-second", after.ServiceName);
    }

    [Fact]
    public void Identify_Environment_NamesTheService()
    {
        var environment = new Dictionary<string, string>
        {
            ["OTEL_SERVICE_NAME"] = "shop",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.name=other,service.version=1.2,team=blue%20one",
        };
        using Target target = Target.Start(environment, "/bin/sh", ShellProgram);
        using ProcessIdentifier identifier = Create();

        ProcessIdentity identity = identifier.Identify(target.Entry());

        Assert.Equal("shop", identity.ServiceName);
        Assert.Equal("1.2", Attribute(identity, "service.version"));
        Assert.Equal("blue one", Attribute(identity, "team"));
        Assert.Equal((long)target.Pid, Attribute(identity, "process.pid"));
        Assert.Equal("node-1", Attribute(identity, "host.name"));
        Assert.DoesNotContain(identity.Attributes, a => a.Key == "service.name");
        Assert.Equal(identity.Attributes.Count, identity.Attributes.DistinctBy(a => a.Key).Count());
    }

    [Fact]
    public void Identify_PythonScript_IsCalledAsTheScript()
    {
        string python = Require.Tool("python3");
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("billing.py"), "import sys\nprint('ready', flush=True)\nsys.stdin.read()\n");
        using Target target = Target.Start(python, folder.At("billing.py"), "--password", "hunter2");
        using ProcessIdentifier identifier = Create();

        ProcessIdentity identity = identifier.Identify(target.Entry());

        Assert.Equal("billing", identity.ServiceName);
        Assert.Equal("cpython", Attribute(identity, "process.runtime.name"));
        Assert.StartsWith("python3", (string)Attribute(identity, "process.executable.name")!, StringComparison.Ordinal);
        Assert.DoesNotContain(identity.Attributes, a => a.Value is string s && s.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Identify_ProcessThatEndedAfterItWasSeen_IsKnown()
    {
        using ProcessIdentifier identifier = Create();
        ProcessEntry process;
        using (Target target = Target.Start(new() { ["OTEL_SERVICE_NAME"] = "short-lived" }, "/bin/sh", ShellProgram))
        {
            process = target.Entry();
            identifier.Observe(process);
            Assert.Equal("short-lived", identifier.Identify(process).ServiceName);
        }

        process.MarkExited(1);
        Assert.Equal("short-lived", identifier.Identify(process).ServiceName);

        var child = new ProcessEntry(1_234_567, "sh", new MappingTable()) { ForkedFrom = process };
        child.MarkExited(2);
        ProcessIdentity inherited = identifier.Identify(child);
        Assert.Equal("short-lived", inherited.ServiceName);
        Assert.Equal(1_234_567L, Attribute(inherited, "process.pid"));
    }

    [Fact]
    public void Identify_ProcessNobodySaw_HasItsKernelName()
    {
        using ProcessIdentifier identifier = Create();
        var gone = new ProcessEntry(1_234_568, "gone-before", new MappingTable()) { StartTicks = 5 };
        Assert.Equal("gone-before", identifier.Identify(gone).ServiceName);
    }

    [Fact]
    public void Identify_KernelThreads_AreTheKernel()
    {
        using ProcessIdentifier identifier = Create();
        Assert.Equal("kernel", identifier.Identify(new ProcessEntry(0, "", new MappingTable(), isKernel: true)).ServiceName);
    }

    [Fact]
    public void Identify_PidOfAnotherProcessByNow_TakesNothingFromIt()
    {
        using ProcessIdentifier identifier = Create();
        var former = new ProcessEntry(Environment.ProcessId, "former", new MappingTable()) { StartTicks = 1 };
        Assert.Equal("former", identifier.Identify(former).ServiceName);
    }

    private static ProcessIdentifier Create() => new("/proc", "node-1", TimeSpan.FromSeconds(10));

    private static object? Attribute(ProcessIdentity identity, string key) =>
        identity.Attributes.FirstOrDefault(a => a.Key == key).Value;
}
