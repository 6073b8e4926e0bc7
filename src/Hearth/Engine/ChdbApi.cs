using System.Runtime.InteropServices;
using Hearth.Lifetime;

namespace Hearth.Engine;

/// <summary>
/// The C functions of libchdb that are used here, from its public header chdb.h (version 26.7): every text goes with its
/// length; a connection runs one statement at a time and its calls come from one thread at a time.
/// </summary>
internal sealed unsafe class ChdbApi
{
    private ChdbApi(nint library)
    {
        SetSignalHandlers = (delegate* unmanaged<int, void>)Symbol(library, "chdb_set_signal_handlers_enabled");
        Version = (delegate* unmanaged<byte*>)Symbol(library, "chdb_version");
        Connect = (delegate* unmanaged<int, byte**, nint*>)Symbol(library, "chdb_connect");
        CloseConnection = (delegate* unmanaged<nint*, void>)Symbol(library, "chdb_close_conn");
        Shutdown = (delegate* unmanaged<void>)Symbol(library, "chdb_shutdown");
        Query = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint>)
            Symbol(library, "chdb_query_with_params_n");
        StreamQuery = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint>)
            Symbol(library, "chdb_stream_query_with_params_n");
        StreamFetch = (delegate* unmanaged<nint, nint, nint>)Symbol(library, "chdb_stream_fetch_result");
        StreamCancel = (delegate* unmanaged<nint, nint, void>)Symbol(library, "chdb_stream_cancel_query");
        StreamInsert = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint>)Symbol(library, "chdb_stream_insert_n");
        InsertAppend = (delegate* unmanaged<nint, byte*, nuint, int>)Symbol(library, "chdb_stream_append");
        InsertDone = (delegate* unmanaged<nint, nint>)Symbol(library, "chdb_stream_done");
        InsertError = (delegate* unmanaged<nint, byte*>)Symbol(library, "chdb_stream_insert_error");
        InsertCancel = (delegate* unmanaged<nint, void>)Symbol(library, "chdb_stream_cancel_insert");
        InsertDestroy = (delegate* unmanaged<nint, void>)Symbol(library, "chdb_destroy_insert_stream");
        ResultBuffer = (delegate* unmanaged<nint, byte*>)Symbol(library, "chdb_result_buffer");
        ResultLength = (delegate* unmanaged<nint, nuint>)Symbol(library, "chdb_result_length");
        ResultError = (delegate* unmanaged<nint, byte*>)Symbol(library, "chdb_result_error");
        ResultElapsed = (delegate* unmanaged<nint, double>)Symbol(library, "chdb_result_elapsed");
        ResultRows = (delegate* unmanaged<nint, ulong>)Symbol(library, "chdb_result_rows_read");
        ResultBytes = (delegate* unmanaged<nint, ulong>)Symbol(library, "chdb_result_bytes_read");
        StorageRows = (delegate* unmanaged<nint, ulong>)Symbol(library, "chdb_result_storage_rows_read");
        StorageBytes = (delegate* unmanaged<nint, ulong>)Symbol(library, "chdb_result_storage_bytes_read");
        WrittenRows = (delegate* unmanaged<nint, ulong>)Symbol(library, "chdb_result_rows_written");
        WrittenBytes = (delegate* unmanaged<nint, ulong>)Symbol(library, "chdb_result_bytes_written");
        ResultDestroy = (delegate* unmanaged<nint, void>)Symbol(library, "chdb_destroy_query_result");
    }

    public delegate* unmanaged<int, void> SetSignalHandlers { get; }

    public delegate* unmanaged<byte*> Version { get; }

    /// <summary>Arguments as of a command line; the result points to the connection, or is null.</summary>
    public delegate* unmanaged<int, byte**, nint*> Connect { get; }

    public delegate* unmanaged<nint*, void> CloseConnection { get; }

    public delegate* unmanaged<void> Shutdown { get; }

    /// <summary>Connection, statement, format, parameter names and values with their lengths, their number.</summary>
    public delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint> Query { get; }

    public delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, nint> StreamQuery { get; }

    public delegate* unmanaged<nint, nint, nint> StreamFetch { get; }

    public delegate* unmanaged<nint, nint, void> StreamCancel { get; }

    /// <summary>Connection, INSERT without FORMAT, format.</summary>
    public delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint> StreamInsert { get; }

    /// <summary>Copies the bytes; blocks while the engine is behind; 0 is success.</summary>
    public delegate* unmanaged<nint, byte*, nuint, int> InsertAppend { get; }

    public delegate* unmanaged<nint, nint> InsertDone { get; }

    public delegate* unmanaged<nint, byte*> InsertError { get; }

    public delegate* unmanaged<nint, void> InsertCancel { get; }

    public delegate* unmanaged<nint, void> InsertDestroy { get; }

    public delegate* unmanaged<nint, byte*> ResultBuffer { get; }

    public delegate* unmanaged<nint, nuint> ResultLength { get; }

    public delegate* unmanaged<nint, byte*> ResultError { get; }

    public delegate* unmanaged<nint, double> ResultElapsed { get; }

    public delegate* unmanaged<nint, ulong> ResultRows { get; }

    public delegate* unmanaged<nint, ulong> ResultBytes { get; }

    public delegate* unmanaged<nint, ulong> StorageRows { get; }

    public delegate* unmanaged<nint, ulong> StorageBytes { get; }

    public delegate* unmanaged<nint, ulong> WrittenRows { get; }

    public delegate* unmanaged<nint, ulong> WrittenBytes { get; }

    public delegate* unmanaged<nint, void> ResultDestroy { get; }

    /// <summary>Loads the library and turns its signal handlers off, so that a fault in managed code stays an exception.</summary>
    public static ChdbApi Load(string path)
    {
        try
        {
            ChdbApi api = new(NativeLibrary.Load(path));
            api.SetSignalHandlers(0);
            return api;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new StartFailedException(
                $"the ClickHouse engine library {path} cannot be loaded ({error.Message.ReplaceLineEndings(" ")}). It needs glibc and this "
                + "machine's processor type; remove it and build again, or use a ClickHouse server with --clickhouse URL.",
                error);
        }
    }

    private static nint Symbol(nint library, string name) => NativeLibrary.GetExport(library, name);
}
