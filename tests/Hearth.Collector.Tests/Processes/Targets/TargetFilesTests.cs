using Hearth.Collector.Processes;
using Hearth.Collector.Processes.Targets;
using Hearth.Collector.Tests.Symbols;
using Hearth.Testing;
using Xunit;

namespace Hearth.Collector.Tests.Processes.Targets;

public sealed class TargetFilesTests
{
    private readonly TargetFiles _files = new("/proc");
    private readonly ProcessEntry _self = Target.EntryOf(Environment.ProcessId);

    [Fact]
    public void Open_RegularFile_GivesItsBytes()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("file"), "content");
        using TargetFile? file = _files.Open(_self, folder.At("file"), out string reason);
        Assert.Equal("", reason);
        byte[] bytes = new byte[7];
        Assert.True(file!.Bytes.TryReadExactly(0, bytes));
        Assert.Equal("content"u8, bytes);
    }

    [Fact]
    public void Open_FifoDirectoryDeviceOrSocket_IsRefusedAtOnce()
    {
        using var folder = new TempFolder();
        Tool.Run(Require.Tool("mkfifo"), folder.At("fifo"));
        foreach (string path in (string[])[folder.At("fifo"), folder.Path, "/dev/zero"])
        {
            Assert.Null(_files.Open(_self, path, out string reason));
            Assert.Equal("file-not-regular", reason);
        }
    }

    [Theory]
    [InlineData("/proc/self/exe", "file-link")]
    [InlineData("/no/such/file", "file-missing")]
    [InlineData("relative", "file-no-path")]
    [InlineData("", "file-no-path")]
    public void Open_WhatMustNotBeFollowed_IsRefusedWithAReason(string path, string expected)
    {
        Assert.Null(_files.Open(_self, path, out string reason));
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void Open_EmptyOrHugeFile_IsRefused()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.At("empty"), []);
        using (FileStream huge = File.Create(folder.At("huge")))
        {
            huge.SetLength(TargetFiles.FileBytesMax + 1);
        }

        Assert.Null(_files.Open(_self, folder.At("empty"), out string reason));
        Assert.Equal("file-empty", reason);
        Assert.Null(_files.Open(_self, folder.At("huge"), out reason));
        Assert.Equal("file-too-large", reason);
    }

    [Fact]
    public void Open_LinkOutOfTheTargetsRoot_StaysInside()
    {
        Require.That(Environment.UserName == "root", "chroot needs root.");
        string chroot = File.Exists("/usr/sbin/chroot") ? "/usr/sbin/chroot" : Require.Tool("chroot");
        using var folder = new TempFolder();
        Target.BuildNative(folder, "-static");
        File.WriteAllText(folder.At("hostname"), "inside");
        Directory.CreateDirectory(folder.At("etc"));
        File.WriteAllText(folder.At("etc", "hostname"), "inside");
        File.CreateSymbolicLink(folder.At("absolute"), "/etc/hostname");
        File.CreateSymbolicLink(folder.At("upwards"), "../../../../../../etc/hostname");
        using Target target = Target.Start(chroot, folder.Path, "/burner");
        ProcessEntry process = target.Entry();

        foreach (string path in (string[])["/absolute", "/upwards"])
        {
            using TargetFile? file = _files.Open(process, path, out string reason);
            Assert.True(file is not null, reason);
            Assert.Equal(6, file.Bytes.Length);
        }
    }

    [Fact]
    public void Open_PidOfAnotherProcessByNow_IsRefused()
    {
        var former = new ProcessEntry(Environment.ProcessId, "former", new MappingTable()) { StartTicks = 1 };
        Assert.Null(_files.Open(former, "/etc/passwd", out string reason));
        Assert.Equal("process-gone", reason);
        Assert.Null(_files.OpenExecutable(former, out reason));
        Assert.Equal("process-gone", reason);
    }

    [Fact]
    public void OpenMapped_FileReplacedUnderItsName_IsNotMistakenForTheMappedOne()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("library.so"), "not what is mapped");
        var file = new MappedFile(MappedFileKind.File, folder.At("library.so"), 0xFE_0000_0001, 1, 0);
        Assert.Null(_files.OpenMapped(_self, new ProcessMapping(0x1000, 0x2000, 0, file), out string reason));
        Assert.Equal("file-replaced", reason);
    }
}
