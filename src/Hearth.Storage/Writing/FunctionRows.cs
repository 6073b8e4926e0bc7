using Hearth.Storage.ClickHouse;

namespace Hearth.Storage.Writing;

/// <summary>Rows of <c>function</c>.</summary>
public sealed class FunctionRows : TableRows
{
    private readonly LowCardinalityColumn _tenant = new("tenant");
    private readonly ValueColumn<ulong> _function = new("function", "UInt64");
    private readonly TextColumn _name = new("name");
    private readonly TextColumn _systemName = new("system_name");
    private readonly LowCardinalityColumn _file = new("file");
    private readonly ValueColumn<long> _startLine = new("start_line", "Int64");
    private readonly SeenColumns _seen = new();

    internal FunctionRows()
        : base("function") =>
        Use([_tenant, _function, _name, _systemName, _file, _startLine, _seen.First, _seen.Last]);

    /// <summary>Appends a row.</summary>
    public void Append(in FunctionRow row)
    {
        _tenant.Append(row.Tenant);
        _function.Append(row.Function);
        _name.Append(row.Name);
        _systemName.Append(row.SystemName);
        _file.Append(row.File);
        _startLine.Append(row.StartLine);
        _seen.Append(row.SeenSeconds);
    }
}
