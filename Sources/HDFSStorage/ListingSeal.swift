// SPDX-License-Identifier: Apache-2.0

package import SnapshotModel
internal import Synchronization

/// What every listing of a run ends with: a lock that the run holds, listed once more behind all roots.
///
/// Whoever puts the shell into a pipe (`hdfs "$@" | grep -v WARN`) loses its exit code, and output that
/// was cut off, or that never came, looks like a whole one. Without its seal a listing is none.
///
/// Source: `FsShell.Command.processArguments`: in the order in which they were given.
package final class ListingSeal: Sendable {
    private let held = Mutex<Set<StorageURL>>([])

    /// Notes directories of locks, in each of which an entry of this process's lies from now on.
    package func note(_ locks: [StorageURL]) {
        held.withLock { $0.formUnion(locks) }
    }

    /// Forgets locks that are given back.
    package func forget(_ locks: [StorageURL]) {
        held.withLock { $0.subtract(locks) }
    }

    /// The directory that a listing has to end with; nil where no lock is held.
    var lock: StorageURL? { held.withLock { $0.min() } }
}

/// Looks for the seal of one listing.
struct SealReading {
    /// The lock's directory.
    private let lock: [UInt8]
    /// The root that the lock lies in is listed too, and shows it a first time.
    private let isShownBefore: Bool

    private var seen: Set<ObjectName> = []
    private var groups = 0
    private var isInGroup = false
    private var count = 0
    private var start = 0
    private var isRepeated = false

    /// Begins.
    ///
    /// - Parameters:
    ///   - lock: The directory of the lock.
    ///   - roots: What was listed in front of it.
    init(_ lock: ObjectName, behind roots: [ObjectName]) {
        self.lock = lock.bytes + [UInt8(ascii: "/")]
        isShownBefore = roots.contains { lock.bytes.starts(with: $0.bytes) }
    }

    /// How many lines stand in front of the seal; nil where the output ends without it.
    mutating func lines(in spool: borrowing SpoolFile) -> Int? {
        guard spool.eachLine({ read($0) }) else { return nil }
        // The root shows its lock once, and nothing may stand between that and the seal.
        let isSealed = isInGroup && (groups > 1 || isRepeated || !isShownBefore)
        return isSealed ? start : nil
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) {
        defer { count += 1 }
        guard let line = ShellListingLine(bytes),
            case let path = UnsafeRawBufferPointer(rebasing: bytes[line.pathStart...]),
            path.starts(with: lock)
        else {
            isInGroup = false
            return
        }
        if !isInGroup {
            groups += 1
            start = count
            isRepeated = false
        }
        isInGroup = true
        if !seen.insert(ObjectName(path)).inserted, !isRepeated {
            isRepeated = true
            if groups == 1 { start = count }
        }
    }
}
