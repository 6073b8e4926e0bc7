using System.Text.Json;
using Hearth.Top;
using Xunit;

namespace Hearth.Tests.Top;

public sealed class FlameLevelsTests
{
    [Fact]
    public void Sum_Levels_GiveSelfAndTotalPerFunction()
    {
        // Samples: main 1; main→foo 3; main→foo→bar 5; main→zed 2; rt 4.
        Dictionary<string, (long, long)>? sums = Read(
            """
            {"names":["total","main","foo","bar","zed","rt"],"levels":[{"values":["0","15","0","0"]},{"values":[0,11,1,1,0,4,4,5]},
             {"values":[1,8,3,2,0,2,2,4]},{"values":[4,5,5,3]}],"total":"15"}
            """);
        Assert.Equal(
            new Dictionary<string, (long, long)>
            {
                ["main"] = (1, 11), ["foo"] = (3, 8), ["bar"] = (5, 5), ["zed"] = (2, 2), ["rt"] = (4, 4),
            },
            sums);
    }

    [Fact]
    public void Sum_FunctionThatCallsItself_CountsOnceInItsTotal()
    {
        Dictionary<string, (long, long)>? sums = Read(
            """
            {"names":["total","f","g"],
             "levels":[{"values":[0,10,0,0]},{"values":[0,10,2,1]},{"values":[2,8,1,2]},{"values":[3,7,7,1]}]}
            """);
        Assert.Equal((9L, 10L), sums!["f"]);
        Assert.Equal((1L, 8L), sums["g"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"names":["total"],"levels":[{"values":[0,1,1]}]}""")]
    [InlineData("""{"names":["total"],"levels":[{"values":[0,1,1,5]}]}""")]
    [InlineData("""{"names":["total"],"levels":[{"values":[0,-1,1,0]}]}""")]
    public void Sum_MalformedAnswer_IsRefused(string json) => Assert.Null(Read(json));

    private static Dictionary<string, (long Self, long Total)>? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return FlameLevels.Sum(document.RootElement);
    }
}
