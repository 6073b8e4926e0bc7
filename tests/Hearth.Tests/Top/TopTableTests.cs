using Hearth.Top;
using Xunit;

namespace Hearth.Tests.Top;

public sealed class TopTableTests
{
    [Fact]
    public void Write_HostileNames_CannotSteerATerminal()
    {
        var report = new TopReport
        {
            Type = "process_cpu:cpu:nanoseconds:cpu:nanoseconds",
            Unit = "nanoseconds",
            Seconds = 30,
            Total = 30_000_000_000,
            ServiceCount = 3,
            FunctionCount = 1,
            Services = [new("a\e[2Jb", 30_000_000_000, 1.0, 1.0)],
            Functions = [new("evil\r\n\u202ename" + new string('x', 200), 20_000_000_000, 30_000_000_000, 2 / 3.0, 1)],
        };
        using var output = new StringWriter();
        TopTable.Write(output, report, 80, colour: false);
        string[] lines = output.ToString().Split('\n');
        Assert.Equal("        1.00  100.0%  a?[2Jb", lines[1]);
        Assert.Contains("2 more services", lines[2]);
        Assert.StartsWith(" 66.7%  100.0%       20.00  evil???name", lines[5]);
        Assert.All(lines, l => Assert.True(l.Length <= 80 && !l.Any(char.IsControl)));
    }
}
