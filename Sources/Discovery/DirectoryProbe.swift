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
        try probe([place], with: reader).first?.get()
    }

    /// Looks at many directories of a store at once.
    ///
    /// - Parameters:
    ///   - places: Snapshots' directories, none inside another.
    ///   - reader: The reader that serves them all.
    /// - Returns: For each what `probe` of it alone gives or throws.
    public static func probe(
        _ places: [StorageURL],
        with reader: any StorageReader
    ) -> [Result<DirectoryProbe?, StorageError>] {
        var sink = ProbeSink(count: places.count)
        let outcomes = reader.list(places, into: &sink)
        return places.indices.map { index in
            switch index < outcomes.count ? outcomes[index] : .incomplete([]) {
            case .complete: return .success(sink.probes[index])
            case .absent: return .success(nil)
            case .incomplete(let errors):
                return .failure(
                    errors.first
                        ?? StorageError(
                            .failed,
                            action: "list",
                            place: places[index],
                            detail: "its listing may be cut short"
                        )
                )
            }
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
    var probes: [DirectoryProbe]

    init(count: Int) {
        probes = Array(repeating: DirectoryProbe(), count: count)
    }

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        probes[root].add(
            path.withUnsafeBytes { ObjectName($0) },
            kind: kind,
            size: size,
            modified: modified,
            identity: identity
        )
    }
}
