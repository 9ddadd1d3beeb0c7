// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// What lies in one snapshot's directory right now, to be compared with what a plan saw.
public struct DirectoryProbe: Hashable, Sendable {
    /// The directory's identity.
    public private(set) var identity = ObjectIdentity.none
    /// A digest of everything in it.
    public private(set) var contents = ContentsDigest.empty
    /// Length of `_metadata`; nil where there is none.
    public private(set) var metadataLength: Int64?
    /// Labels on it.
    public private(set) var labels: Set<ObjectName> = []

    /// Looks at a directory.
    ///
    /// - Parameters:
    ///   - place: The snapshot's directory.
    ///   - reader: The reader of its store.
    /// - Returns: Nil where there is no such directory any more.
    /// - Throws: `StorageError` where it cannot be listed whole.
    public static func probe(
        _ place: StorageURL,
        with reader: any StorageReader
    ) throws(StorageError) -> DirectoryProbe? {
        var sink = ProbeSink()
        switch reader.list([place], into: &sink).first {
        case .complete: return sink.probe
        case .absent, nil: return nil
        case .incomplete(let errors):
            throw errors.first
                ?? StorageError(
                    .failed,
                    action: "list",
                    place: place,
                    detail: "its listing may be cut short"
                )
        }
    }

    fileprivate mutating func add(
        _ path: ObjectName,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        switch kind {
        case .directory where path.bytes.isEmpty:
            self.identity = identity
        case .directory:
            contents = contents.adding(path: path, size: -2, modified: nil)
        case .file:
            contents = contents.adding(path: path, size: size, modified: modified)
            if path == FlinkNames.metadata { metadataLength = size }
            if let label = FlinkNames.label(path) { labels.insert(label) }
        case .symbolicLink, .other:
            contents = contents.adding(path: path, size: -1, modified: nil)
        }
    }
}

private struct ProbeSink: ListingSink {
    var probe = DirectoryProbe()

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        probe.add(
            path.withUnsafeBytes { ObjectName($0) },
            kind: kind,
            size: size,
            modified: modified,
            identity: identity
        )
    }
}
