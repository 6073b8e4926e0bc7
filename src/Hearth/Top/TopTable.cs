using System.Globalization;

namespace Hearth.Top;

/// <summary>The report as two tables for a person.</summary>
internal static class TopTable
{
    private const int NameWidthMin = 20;
    private const string Bold = "\e[1m";
    private const string Plain = "\e[0m";

    /// <summary>Writes the tables; names are cut to the width, and without colour the text is the same.</summary>
    public static void Write(TextWriter output, TopReport report, int width, bool colour)
    {
        string measure = report.IsTime ? "CORES" : report.Unit.ToUpperInvariant() + "/S";
        Head(output, colour, $"{measure,12}  {"SHARE",6}  SERVICE");
        foreach (TopReport.ServiceRow row in report.Services)
        {
            output.WriteLine($"{Amount(row.PerSecond),12}  {Percent(row.Share),6}  {Clean(row.Name, width - 24)}");
        }

        More(output, report.ServiceCount - report.Services.Count, "services");
        output.WriteLine();
        Head(output, colour, $"{"SELF",6}  {"TOTAL",6}  {(report.IsTime ? "SELF S" : "SELF"),10}  FUNCTION");
        foreach (TopReport.FunctionRow row in report.Functions)
        {
            double self = report.IsTime ? row.Self / 1e9 : row.Self;
            string name = Clean(row.Name, width - 28);
            output.WriteLine($"{Percent(row.SelfShare),6}  {Percent(row.TotalShare),6}  {Amount(self),10}  {name}");
        }

        More(output, report.FunctionCount - report.Functions.Count, "functions");
    }

    /// <summary>
    /// Names come from the profiled programs, which may be hostile: characters that steer a terminal are replaced before they reach one.
    /// </summary>
    private static string Clean(string name, int width)
    {
        int room = Math.Max(NameWidthMin, width);
        string shown = name.Length <= room ? name : string.Concat(name.AsSpan(0, room - 1), "…");
        return string.Concat(shown.Select(c => Steers(c) ? '?' : c));
    }

    private static bool Steers(char c) => char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format;

    private static void Head(TextWriter output, bool colour, string text) => output.WriteLine(colour ? Bold + text + Plain : text);

    private static void More(TextWriter output, int count, string what)
    {
        if (count > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  … and {count} more {what}; see them with --limit"));
        }
    }

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    private static string Amount(double value) => value.ToString(value < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture);
}
