namespace Hearth.Spool.Disk;

/// <summary>A file open for appending.</summary>
internal interface IDiskFile : IDisposable
{
    /// <summary>Writes all bytes at the end. After a failure the file's length is unknown.</summary>
    void Append(ReadOnlySpan<byte> data);

    /// <summary>Makes everything appended so far durable. After a failure nothing appended since the last success may be trusted.</summary>
    void Sync();

    /// <summary>Cuts the file.</summary>
    void Truncate(long length);
}
