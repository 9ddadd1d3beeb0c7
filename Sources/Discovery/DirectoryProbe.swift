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
    /// When the newest file in it was written; nil where there is none.
    public private(set) var newest: Instant?
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

    /// Looks at many directories in one call.
    ///
    /// - Parameters:
    ///   - places: Directories of one store, none inside another.
    ///   - reader: The reader of the store.
    /// - Returns: For each what is there, nil where nothing is; or why it cannot be listed whole.
    public static func probe(
        _ places: [StorageURL],
        with reader: any StorageReader
    ) -> [Result<DirectoryProbe?, StorageError>] {
        var sink = ProbeSink(probes: places.map { _ in DirectoryProbe() })
        let outcomes = reader.list(places, into: &sink)
        return places.indices.map { index in
            switch index < outcomes.count ? outcomes[index] : .incomplete([]) {
            case .complete: return .success(sink.probes[index])
            case .absent: return .success(nil)
            case .incomplete(let errors):
                let unsaid = StorageError(
                    .failed,
                    action: "list",
                    place: places[index],
                    detail: "its listing may be cut short"
                )
                return .failure(errors.first ?? unsaid)
            }
        }
    }

    fileprivate mutating func add(
        _ path: UnsafeRawBufferPointer,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        switch kind {
        case .directory where path.isEmpty:
            self.identity = identity
        case .directory:
            contents = contents.adding(path: path, size: -2, modified: nil)
        case .file:
            contents = contents.adding(path: path, size: size, modified: modified)
            newest = max(newest ?? modified, modified)
            guard path.first == UInt8(ascii: "_") else { return }
            let name = ObjectName(path)
            if name == FlinkNames.metadata { metadataLength = size }
            if let label = FlinkNames.label(name) { labels.insert(label) }
        case .symbolicLink, .other:
            contents = contents.adding(path: path, size: -1, modified: nil)
        }
    }
}

private struct ProbeSink: ListingSink {
    var probes: [DirectoryProbe]

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        path.withUnsafeBytes { path in
            probes[root].add(
                path,
                kind: kind,
                size: size,
                modified: modified,
                identity: identity
            )
        }
    }
}
