using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Hearth.Lifetime;

namespace Hearth.Engine;

/// <summary>
/// One connection with a thread of its own: the engine's calls block, and pool threads must not. Used by one statement at a time.
/// It remembers the settings and the database it was given and changes only what the next statement wants otherwise.
/// </summary>
internal sealed class ChdbConnection : IDisposable
{
    private readonly ChdbApi _api;
    private readonly BlockingCollection<Action> _work = new(1);
    private readonly Thread _thread;
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private unsafe nint* _pointer;
    private nint _handle;
    private string _database = "default";

    private ChdbConnection(ChdbApi api, int number)
    {
        _api = api;
        _thread = new Thread(Run) { IsBackground = true, Name = $"engine {number}" };
        _thread.Start();
    }

    public ChdbApi Api => _api;

    /// <summary>True when it is not known which settings it has: it must be closed and replaced.</summary>
    public bool IsUnsure { get; private set; }

    /// <summary>The engine's handle; use it on the connection's thread only.</summary>
    public nint Handle => _handle;

    /// <summary>Opens a connection; the first one of a process starts the engine with these arguments.</summary>
    public static async Task<ChdbConnection> OpenAsync(ChdbApi api, int number, IReadOnlyList<string> arguments)
    {
        ChdbConnection connection = new(api, number);
        bool opened = await connection.RunAsync(() => connection.Connect(arguments));
        return opened
            ? connection
            : throw new StartFailedException(
                "the ClickHouse engine could not open its data directory. Look for its own messages above; the directory must be "
                + "writable, and used by no other process.");
    }

    /// <summary>Runs a function on the connection's thread.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception error)
            {
                // The thread's one loop: whatever it was belongs to the statement that caused it.
                done.SetException(error);
            }
        });
        return done.Task;
    }

    /// <summary>
    /// Brings database and settings to what a statement wants; an error text when the engine refuses one. On the connection's thread.
    /// </summary>
    public string? Prepare(string database, IReadOnlyDictionary<string, string> settings)
    {
        if (_database != database)
        {
            using ChdbResult used = Query($"USE {Identifier(database)}", "Null", []);
            if (used.Error is not null)
            {
                return used.Error;
            }

            _database = database;
        }

        StringBuilder changes = new();
        foreach (string name in _settings.Keys.Where(name => !settings.ContainsKey(name)))
        {
            changes.Append(changes.Length > 0 ? ", " : "SET ").Append(name).Append(" = DEFAULT");
        }

        foreach ((string name, string value) in settings)
        {
            if (!_settings.TryGetValue(name, out string? set) || set != value)
            {
                changes.Append(changes.Length > 0 ? ", " : "SET ").Append(name).Append(" = ").Append(Literal(value));
            }
        }

        return changes.Length == 0 ? null : Apply(changes.ToString(), settings);
    }

    /// <summary>Runs a statement to its end. On the connection's thread.</summary>
    public unsafe ChdbResult Query(string sql, string format, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        Call(_api.Query, sql, format, parameters);

    /// <summary>Starts a query whose result is fetched in pieces. On the connection's thread.</summary>
    public unsafe nint StreamQuery(string sql, string format, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        CallRaw(_api.StreamQuery, sql, format, parameters);

    /// <summary>Starts an insert whose data follow. On the connection's thread.</summary>
    public unsafe nint StreamInsert(string sql, string format)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql);
        byte[] name = Encoding.UTF8.GetBytes(format);
        fixed (byte* textPointer = text)
        fixed (byte* namePointer = name)
        {
            return _api.StreamInsert(_handle, textPointer, (nuint)text.Length, namePointer, (nuint)name.Length);
        }
    }

    /// <summary>Closes the connection; the last one ends the engine. On the connection's thread.</summary>
    public unsafe bool Close()
    {
        if (_pointer is not null)
        {
            _api.CloseConnection(_pointer);
            _pointer = null;
            _handle = 0;
        }

        return true;
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (Action action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }

    private unsafe bool Connect(IReadOnlyList<string> arguments)
    {
        byte** pointers = (byte**)NativeMemory.Alloc((nuint)arguments.Count, (nuint)sizeof(byte*));
        for (int i = 0; i < arguments.Count; i++)
        {
            pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
        }

        _pointer = _api.Connect(arguments.Count, pointers);
        _handle = _pointer is null ? 0 : *_pointer;
        for (int i = 0; i < arguments.Count; i++)
        {
            Marshal.FreeCoTaskMem((nint)pointers[i]);
        }

        NativeMemory.Free(pointers);
        return _handle != 0;
    }

    private string? Apply(string sql, IReadOnlyDictionary<string, string> settings)
    {
        using ChdbResult set = Query(sql, "Null", []);
        if (set.Error is not null)
        {
            IsUnsure = true;
            return set.Error;
        }

        _settings.Clear();
        foreach ((string name, string value) in settings)
        {
            _settings[name] = value;
        }

        return null;
    }

    private unsafe ChdbResult Call(
        delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint> function,
        string sql,
        string format,
        IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        new(_api, CallRaw(function, sql, format, parameters));

    private unsafe nint CallRaw(
        delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint> function,
        string sql,
        string format,
        IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql);
        byte[] formatName = Encoding.UTF8.GetBytes(format);
        int count = parameters.Count;
        using ChdbTexts names = new(parameters.Select(static p => p.Key), count);
        using ChdbTexts values = new(parameters.Select(static p => p.Value), count);
        fixed (byte* textPointer = text)
        fixed (byte* formatPointer = formatName)
        {
            return function(
                _handle,
                textPointer,
                (nuint)text.Length,
                formatPointer,
                (nuint)formatName.Length,
                names.Pointers,
                names.Lengths,
                values.Pointers,
                values.Lengths,
                (nuint)count);
        }
    }

    private static string Identifier(string name) =>
        $"`{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`";

    private static string Literal(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
