// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import HDFSStorage
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// What lies in lock directories, seen in one call of `-ls`.
struct LockLook {
    /// An entry of a lock directory.
    struct Entry: Hashable {
        let name: ObjectName
        let minute: Instant
        /// Who it names; nil where it names nobody.
        let owner: LockOwner?
    }

    /// For each lock directory that is there, its entries.
    private(set) var entries: [StorageURL: [Entry]] = [:]

    /// Looks into lock directories.
    ///
    /// - Parameters:
    ///   - locks: Lock directories, whether they are there or not.
    ///   - shell: The store's shell.
    /// - Throws: `LockError.storage` where it cannot be known what lies in them.
    init(into locks: [StorageURL], _ shell: HadoopShell) throws(LockError) {
        let action = "look for a lock in"
        var paths: [ObjectName] = []
        for lock in locks {
            do throws(StorageError) {
                paths.append(try ShellPath.argument(for: lock, action: action))
            } catch {
                throw .storage(error)
            }
        }
        let listing = shell.change(["-ls"], paths)
        let given = Set(locks.map(\.path))
        // One that was stopped has told of missing ones as well, and of entries perhaps not all.
        let isEnded = listing.failures.allSatisfy {
            $0.result.ending == .exited(1) && $0.complaints.others.isEmpty
                && !$0.complaints.missing.isEmpty
        }
        let missing = listing.failures.reduce(into: Set<ObjectName>()) {
            $0.formUnion($1.complaints.missing)
        }
        guard listing.error == nil, isEnded, listing.output.last ?? 0x0A == 0x0A,
            missing.isSubset(of: given)
        else {
            throw .storage(listing.error(action, locks.first?.parent ?? StorageURL(path: "/")))
        }
        for lock in locks where !missing.contains(lock.path) { entries[lock] = [] }
        try read(listing.output, locks)
    }

    private mutating func read(_ output: [UInt8], _ locks: [StorageURL]) throws(LockError) {
        let byPath = Dictionary(
            locks.map { ($0.path, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for line in output.split(separator: 0x0A) {
            if line.starts(with: "Found ".utf8) { continue }
            let parsed = Array(line).withUnsafeBytes { ShellListingLine($0) }
            let path = parsed.map { ObjectName(line.dropFirst($0.pathStart)) }
            guard let parsed, let path else {
                let first = locks.first ?? StorageURL(path: "/")
                throw .unreadable(at: first, detail: "the listing cannot be parsed")
            }
            if let lock = byPath[path] {
                throw .unreadable(at: lock.parent, detail: "it is not a directory")
            }
            guard let lock = byPath[StorageURL(path: path).parent.path] else {
                let first = locks.first ?? StorageURL(path: "/")
                throw .unreadable(at: first, detail: "the listing shows something else: \(path)")
            }
            let entry = Entry(
                name: path.last,
                minute: parsed.modified,
                owner: LockEntryName(parsing: path.last)?.owner
            )
            entries[lock, default: []].append(entry)
        }
    }

    /// Who holds a lock: of two entries of one owner, which it has while it renews, the later one.
    ///
    /// Of several owners those do not count that are over: two that were killed while they took the
    /// lock would keep everybody out for ever. One whose entry is gone has nothing in any case.
    ///
    /// - Parameters:
    ///   - lock: The lock's directory.
    ///   - viewer: Who wants to know; its own entries count whatever its time says.
    /// - Returns: Nil where there is no lock or no entry in it; where all owners are over, the last.
    /// - Throws: `unreadable` where it names nobody, or several that may be at work.
    func holder(
        of lock: StorageURL,
        seenBy viewer: LockOwner
    ) throws(LockError) -> LockOwner? {
        let all = entries[lock] ?? []
        let owners = all.compactMap(\.owner)
        guard owners.count == all.count else {
            throw .unreadable(
                at: lock.parent,
                detail: "its entry does not name an owner, or is not printed as UTF-8"
            )
        }
        let living = owners.filter { $0.token == viewer.token || !$0.isOver(seenBy: viewer) }
        guard Set(living.map(\.token)).count <= 1 else {
            throw .unreadable(at: lock.parent, detail: "it names more than one owner")
        }
        return (living.isEmpty ? owners : living).max { $0.expires < $1.expires }
    }
}

extension StorageURL {
    /// A path of which only its parts matter.
    fileprivate init(path: ObjectName) {
        self.init(scheme: nil, path: path)
    }
}
