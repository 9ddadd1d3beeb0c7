// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// Times of directories, for a move that may be cut off before it has put them right.
extension LocalRemover {
    /// The times of the nearest directory above each item that is there, and of its root.
    public func times(ofDirectoriesAbove items: [RemovalItem]) -> [DirectoryTime] {
        var times: [DirectoryTime] = []
        for (url, group) in Dictionary(grouping: items, by: \.root).sorted(by: { $0.key < $1.key })
        {
            guard let root = try? OpenRoot(url, action: "look at") else { continue }
            let parents = group.map { item in
                ObjectName(item.path.components.dropLast().map(\.bytes).joined(separator: [0x2F]))
            }
            var known: Set<ObjectName> = []
            for path in [ObjectName([])] + parents where known.insert(path).inserted {
                if let time = Self.time(of: path, below: root, &known) { times.append(time) }
            }
        }
        return times
    }

    private static func time(
        of path: ObjectName,
        below root: borrowing OpenRoot,
        _ known: inout Set<ObjectName>
    ) -> DirectoryTime? {
        var parts = path.components
        while true {
            let names = parts.compactMap { CName($0.bytes) }
            let path = ObjectName(parts.map(\.bytes).joined(separator: [0x2F]))
            let opened = openDirectory(below: root.directory, at: names, open: openHere)
            if let opened, let status = FileStatus(of: opened.number) {
                known.insert(path)
                return DirectoryTime(
                    root: root.url,
                    path: path,
                    modified: status.modified,
                    identity: status.identity
                )
            }
            guard parts.popLast() != nil else { return nil }
            if known.contains(ObjectName(parts.map(\.bytes).joined(separator: [0x2F]))) {
                return nil
            }
        }
    }

    /// Sets the times of directories that are still the same ones.
    public func restore(_ times: [DirectoryTime]) {
        for (url, group) in Dictionary(grouping: times, by: \.root).sorted(by: { $0.key < $1.key })
        {
            guard let root = try? OpenRoot(url, action: "restore the time of") else { continue }
            for time in group {
                let names = time.path.components.compactMap { CName($0.bytes) }
                guard let opened = openDirectory(below: root.directory, at: names, open: openHere),
                    let status = FileStatus(of: opened.number),
                    status.identity.isSameObject(as: time.identity), status.modified > time.modified
                else { continue }
                setModified(of: opened.number, to: time.modified)
            }
        }
    }

    private func setModified(of directory: Int32, to time: Instant) {
        let second: Int64 = 1_000_000_000
        let fraction = (time.nanoseconds % second + second) % second
        // Only the owner may set a time; that it stays as it is then harms nobody.
        _ = calls.setModified(
            directory,
            timespec(tv_sec: Int((time.nanoseconds - fraction) / second), tv_nsec: Int(fraction))
        )
    }
}
