// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import SnapshotModel
public import Storage

/// What lies in the trash of roots: what runs recorded, and what they did not.
public struct TrashContents: Sendable {
    /// Something in the trash that no run recorded; nothing ever touches it.
    public struct Unknown: Hashable, Sendable {
        /// Where it lies: the directory of a run that left no journal, or a single file.
        public let place: StorageURL
        /// Files in it.
        public internal(set) var files: Int
        /// Their bytes.
        public internal(set) var bytes: Int64
    }

    /// Runs of which something lies in the trash, the oldest first.
    public let runs: [PastRun]
    /// What no run recorded, sorted by place.
    public let unknown: [Unknown]
    /// Trash that could not be listed whole; why.
    public let errors: [StorageError]

    /// Looks into the trash.
    ///
    /// - Parameters:
    ///   - roots: Roots of the policy; those that runs moved something from are looked at anyway.
    ///   - history: All runs.
    ///   - readerFor: Gives the reader of the store that a place lies in.
    public init(
        of roots: [StorageURL],
        _ history: [PastRun],
        _ readerFor: (StorageURL) -> (any StorageReader)?
    ) {
        runs = history.filter { !$0.undoable.isEmpty }
        var recorded: [StorageURL: Set<ObjectName>] = [:]
        for run in runs {
            for item in run.undoable {
                // A directory that went as empty holds nothing of its own in the trash.
                guard item.form != .emptyDirectory, let path = item.place.path(below: item.root)
                else { continue }
                recorded[item.root, default: []].insert(ObjectName(run.name).appending(path))
            }
        }
        var unknown: [Unknown] = []
        var errors: [StorageError] = []
        for root in Set(roots).union(recorded.keys).sorted() {
            let trash = root.appending(FlinkNames.trash)
            guard let reader = readerFor(root), !reader.hasTrashElsewhere else { continue }
            var sink = TrashSink(
                trash: trash,
                recorded: recorded[root] ?? [],
                runs: Set(runs.map { ObjectName($0.name) })
            )
            if case .incomplete(let found) = reader.list([trash], into: &sink).first {
                errors += found
            }
            unknown += sink.unknown.values
        }
        self.unknown = unknown.sorted { $0.place < $1.place }
        self.errors = errors
    }
}

/// Notes files in the trash that belong to nothing recorded.
private struct TrashSink: ListingSink {
    let trash: StorageURL
    /// Paths below the trash, beginning with the run's name.
    let recorded: Set<ObjectName>
    /// Names of runs that recorded anything.
    let runs: Set<ObjectName>
    /// By place; a run that recorded nothing is one thing.
    var unknown: [StorageURL: TrashContents.Unknown] = [:]

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        guard kind != .directory else { return }
        let path = path.withUnsafeBytes { ObjectName($0) }
        var beginning = ObjectName([])
        for part in path.components {
            beginning = beginning.appending(part)
            if recorded.contains(beginning) { return }
        }
        let run = path.components.first ?? path
        let place = trash.appending(runs.contains(run) ? path : run)
        unknown[place, default: .init(place: place, files: 0, bytes: 0)].files += 1
        unknown[place]?.bytes.add(bytes: size)
    }
}
