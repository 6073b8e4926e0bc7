using System.Globalization;
using Hearth.Workload;

// usage: hearth-workload <seconds of CPU time> [shares, e.g. 60,30,10] [hold: stay until standard input is closed]
double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
int[] shares = args.Length > 1 ? [.. args[1].Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))] : [60, 30, 10];
new SplitWork(shares).Run(seconds, Console.Out);
if (args.Length > 2)
{
    Console.In.ReadToEnd();
}
