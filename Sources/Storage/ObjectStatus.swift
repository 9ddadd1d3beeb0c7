// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a store says of one object right now.
public struct ObjectStatus: Hashable, Sendable {
    /// What it is.
    public let kind: ObjectKind
    /// Length in bytes; 0 for anything but files.
    public let size: Int64
    /// Modification time, as fine as the store gives it.
    public let modified: Instant
    /// What tells it from another one put in its place.
    public let identity: ObjectIdentity

    /// Makes a status of its parts.
    public init(kind: ObjectKind, size: Int64, modified: Instant, identity: ObjectIdentity) {
        self.kind = kind
        self.size = size
        self.modified = modified
        self.identity = identity
    }
}

extension StorageReader {
    /// One call after the other.
    public var parallelCalls: Int { 1 }

    /// Looks at objects by opening files and listing directories; stores with a cheaper way have
    /// their own.
    public func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        var found = [Result<ObjectStatus?, StorageError>](
            repeating: .success(nil),
            count: objects.count
        )
        read(objects) { index, result in
            switch consume result {
            case .success(let source):
                found[index] = .success(
                    ObjectStatus(
                        kind: .file,
                        size: source.length,
                        modified: source.modified,
                        identity: source.identity
                    )
                )
            case .failure(let error): found[index] = .failure(error)
            }
        }
        for index in objects.indices {
            guard case .failure(let error) = found[index] else { continue }
            var sink = TopSink()
            switch list([objects[index]], into: &sink).first {
            case .absent: found[index] = error.reason == .notFound ? .success(nil) : found[index]
            case .complete: found[index] = .success(sink.status)
            case .incomplete, nil: break
            }
        }
        return found
    }
}

/// Keeps what a listing says of its root.
private struct TopSink: ListingSink {
    var status: ObjectStatus?

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        guard path.isEmpty else { return }
        status = ObjectStatus(kind: kind, size: size, modified: modified, identity: identity)
    }
}
