// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel
internal import Storage

extension MetadataCollector {
    /// Gives the snapshots that vanished so far, and forgets them.
    mutating func takeVanished() -> [Int] {
        defer { vanished = [] }
        return Array(Set(vanished)).sorted()
    }

    mutating func noteVanished(_ position: Int) {
        vanished.append(position)
    }

    mutating func noteUnreadable(_ position: Int, _ why: String) {
        snapshots[position].state = .unreadable(why)
    }

    /// Reads what now lies in an attempt, to protect what it references.
    ///
    /// A live job retires checkpoints while they are being read. What it wrote since is not in the
    /// listing and is not judged, but what it references stays.
    mutating func readAgain(
        below place: StorageURL,
        onBehalfOf position: Int,
        with reader: any StorageReader
    ) {
        var sink = MetadataSink()
        let outcomes = reader.list([place], into: &sink)
        if case .incomplete = outcomes.first { noteVanished(position) }
        let known = Set(snapshots.filter { $0.state == .complete }.map(\.place))
        let places = sink.directories.map { place.appending($0) }.filter { !known.contains($0) }
        reader.read(places.map { $0.appending(FlinkNames.metadata) }) { _, result in
            switch consume result {
            case .success(var source):
                if let metadata = try? MetadataReader.read(&source) {
                    protect(RememberedMetadata(metadata), onBehalfOf: position)
                } else {
                    noteVanished(position)
                }
            case .failure:
                noteVanished(position)
            }
        }
    }

    /// Marks as unreadable what kept vanishing however often it was looked at.
    mutating func giveUpOnVanished() {
        for position in takeVanished() {
            noteUnreadable(position, "its attempt kept changing while it was being read")
        }
    }
}

/// Notes only where metadata lie.
private struct MetadataSink: ListingSink {
    var directories: [ObjectName] = []

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        let name = path.withUnsafeBytes { ObjectName($0) }
        guard kind == .file, name.last == FlinkNames.metadata else { return }
        directories.append(ObjectName(name.bytes.dropLast(FlinkNames.metadata.bytes.count + 1)))
    }
}
