using System.Globalization;
using Hearth.Load;

// usage: Hearth.Load accuracy [runs] [seconds] [hz]   shares of C, .NET and mixed workloads against their truth
//        Hearth.Load cost HEARTH.DLL [seconds] [hz]   CPU and memory of the collector beside two busy CPUs
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "Backend.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run this from inside the repository.");
}

string folder = Directory.CreateTempSubdirectory("hearth-load-").FullName;
try
{
    string native = Workload.Build(Path.Combine(root, "tests", "Workloads"), "split", folder);
    string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
    string dotnet = Path.Combine(root, "artifacts", "bin", "Hearth.Workload", configuration, "hearth-workload");
    switch (args.ElementAtOrDefault(0))
    {
        case "accuracy":
            AccuracyRun accuracy = new(Number(3, 97), Number(2, 60), native, dotnet, Console.Out);
            double worst = await accuracy.RunAsync(Number(1, 5));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"largest deviation: {worst:F2} standard errors"));
            return worst <= 3 ? 0 : 1;
        case "cost" when args.Length > 1:
            await CostRun.RunAsync(args[1], native, Number(3, 19), Number(2, 60), Console.Out);
            return 0;
        default:
            Console.Error.WriteLine("usage: accuracy [runs] [seconds] [hz] | cost HEARTH.DLL [seconds] [hz]");
            return 2;
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

int Number(int index, int otherwise) =>
    args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
