using Hearth.Lifetime;
using Hearth.Supervision;
using Hearth.Testing;
using Xunit;

namespace Hearth.Tests.Supervision;

public sealed class DataDirectoryTests
{
    [Fact]
    public void Open_NewDirectory_IsForItsOwnerOnly()
    {
        using var folder = new TempFolder();
        using var data = DataDirectory.Open(folder.At("a", "b"), owner: null);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data.Path));
        Assert.True(Directory.Exists(data.Prepare("engine", owner: null)));
    }

    [Fact]
    public void Open_HeldDirectory_IsRefusedAndFreeAgainLater()
    {
        using var folder = new TempFolder();
        using (DataDirectory.Open(folder.At("data"), owner: null))
        {
            StartFailedException refused = Assert.Throws<StartFailedException>(() => DataDirectory.Open(folder.At("data"), owner: null));
            Assert.Contains("in use by another hearth", refused.Message);
            Assert.Contains("--data", refused.Message);
        }

        DataDirectory.Open(folder.At("data"), owner: null).Dispose();
    }

    [Fact]
    public void Open_SomebodyElsesDirectory_IsRefused()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("thesis.txt"), "mine");
        StartFailedException refused = Assert.Throws<StartFailedException>(() => DataDirectory.Open(folder.Path, owner: null));
        Assert.Contains("not Hearth's", refused.Message);
    }

    [Fact]
    public void Open_PathThroughAFile_IsRefusedWithASentence()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("file"), "");
        string below = folder.At("file", "data");
        StartFailedException refused = Assert.Throws<StartFailedException>(() => DataDirectory.Open(below, owner: null));
        Assert.Contains("--data", refused.Message);
    }
}
