namespace Hearth.Profiles.Formats.Otlp;

/// <summary>The keys of <see cref="AttributeRole"/>.</summary>
internal static class AttributeKeys
{
    public static AttributeRole RoleOf(ReadOnlySpan<byte> key)
    {
        if (key.StartsWith("process.executable.build_id."u8))
        {
            return key["process.executable.build_id.".Length..] switch
            {
                var kind when kind.SequenceEqual("gnu"u8) => AttributeRole.BuildIdGnu,
                var kind when kind.SequenceEqual("go"u8) => AttributeRole.BuildIdGo,
                var kind when kind.SequenceEqual("htlhash"u8) || kind.SequenceEqual("profiling"u8) => AttributeRole.BuildIdHash,
                _ => AttributeRole.None,
            };
        }

        if (key.SequenceEqual("profile.frame.type"u8))
        {
            return AttributeRole.FrameType;
        }

        return key.StartsWith("pprof."u8) ? PprofRoleOf(key["pprof.".Length..]) : AttributeRole.None;
    }

    public static ReadOnlySpan<byte> KeyOf(AttributeRole role) => role switch
    {
        AttributeRole.FrameType => "profile.frame.type"u8,
        AttributeRole.IsFolded => "pprof.location.is_folded"u8,
        AttributeRole.BuildIdGnu => "process.executable.build_id.gnu"u8,
        AttributeRole.BuildIdGo => "process.executable.build_id.go"u8,
        AttributeRole.BuildIdHash => "process.executable.build_id.htlhash"u8,
        AttributeRole.HasFunctions => "pprof.mapping.has_functions"u8,
        AttributeRole.HasFilenames => "pprof.mapping.has_filenames"u8,
        AttributeRole.HasLineNumbers => "pprof.mapping.has_line_numbers"u8,
        AttributeRole.HasInlineFrames => "pprof.mapping.has_inline_frames"u8,
        AttributeRole.Comment => "pprof.profile.comment"u8,
        AttributeRole.DropFrames => "pprof.profile.drop_frames"u8,
        AttributeRole.KeepFrames => "pprof.profile.keep_frames"u8,
        AttributeRole.DocUrl => "pprof.profile.doc_url"u8,
        AttributeRole.DefaultSampleType => "pprof.scope.default_sample_type"u8,
        AttributeRole.SampleTypeOrder => "pprof.scope.sample_type_order"u8,
        _ => default,
    };

    private static AttributeRole PprofRoleOf(ReadOnlySpan<byte> key)
    {
        // Some senders number comments instead of sending a list: pprof.profile.comment.0 and so on.
        if (key.StartsWith("profile.comment."u8))
        {
            return AttributeRole.Comment;
        }

        for (AttributeRole role = AttributeRole.IsFolded; role <= AttributeRole.SampleTypeOrder; role++)
        {
            ReadOnlySpan<byte> known = KeyOf(role);
            if (known.StartsWith("pprof."u8) && key.SequenceEqual(known["pprof.".Length..]))
            {
                return role;
            }
        }

        return AttributeRole.None;
    }
}
