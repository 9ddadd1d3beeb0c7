// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Reads `_metadata` files of Flink 1.3 to 2.3, in one pass and in constant memory beyond the
/// result.
///
/// Any input gives all references or an error, never some of them: half the references of a snapshot
/// would be the licence to delete the other half. Only the properties at the end may be unknown.
public enum MetadataReader {
    /// Raised whenever the same bytes may give another result than before.
    ///
    /// What was remembered under another revision is read again (law 1): the mended reader may find
    /// more references in it.
    public static let revision = 1

    /// Reads a metadata file.
    ///
    /// - Parameter source: The file, standing at its first byte; left anywhere.
    /// - Returns: What the file says.
    /// - Throws: `MetadataError`: with `ioFailure` where the source fails, else because the bytes
    ///   are not a complete metadata file of a supported version.
    public static func read<Source: ByteSource & ~Copyable>(
        _ source: inout Source
    ) throws(MetadataError) -> SnapshotMetadata {
        try withUnsafeMutablePointer(to: &source) {
            (pointer) throws(MetadataError) -> SnapshotMetadata in
            var parser = MetadataParser(ByteCursor(SourceAccess(pointer)))
            return try parser.parse()
        }
    }
}
