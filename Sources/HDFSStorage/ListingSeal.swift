// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
package import SnapshotModel
internal import Storage
internal import Synchronization

/// What listings of roots and of the trash end with where a run holds a lock: that lock, once more.
///
/// Whoever puts the shell into a pipe (`hdfs "$@" | grep -v WARN`) loses its exit code, and output that
/// was cut off, or that never came, looks like a whole one. Without its seal a listing is none.
///
/// Source: `org.apache.hadoop.fs.shell.Command.processArguments`: in the order in which they were given.
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
    package var lock: StorageURL? { held.withLock { $0.min() } }
}

extension HDFSStorage {
    /// Runs a listing that has to end with the seal, once more where it does not.
    ///
    /// - Parameters:
    ///   - invocation: The call without the paths.
    ///   - paths: What it is given.
    ///   - roots: Which of these are listed with all below, none of them a pattern or inside another.
    ///   - isOfThemselves: Whether it shows what it is given itself, `-d`, and not what lies in that.
    /// - Returns: The output, without the seal; where the call says what went wrong as it is.
    /// - Throws: What ended without its seal all the same, and why there was none, in words.
    func lookSealed(
        _ invocation: CommandInvocation,
        _ paths: ArraySlice<ObjectName>,
        behind roots: [ObjectName] = [],
        isOfThemselves: Bool = false
    ) throws(ShellFailure) -> Looked {
        guard let (lock, argument) = sealArgument else { return try look(invocation, paths) }
        var isSecond = false
        while true {
            var looked = try look(invocation, paths + [argument])
            var reading = SealReading(lock, behind: roots, isItself: isOfThemselves)
            if let lines = reading.lines(in: looked.spool) {
                looked.spool.end(afterLine: lines)
                return looked
            }
            if looked.answer.tellsOfFailure(orMissing: lock) { return looked }
            guard !isSecond else {
                throw ShellFailure(
                    detail: "its output was cut off, and no exit code says so: it ends without "
                        + "the lock \"\(lock)\", which was asked for last"
                )
            }
            isSecond = true
            pause(.seconds(2))
        }
    }

    /// Cuts paths into as few calls as they fit into together with the seal.
    func sealedBatches(
        _ paths: [ObjectName],
        of invocation: CommandInvocation
    ) -> [Range<Int>] {
        var sealed = invocation
        if let (_, argument) = sealArgument { sealed.arguments.append(argument) }
        return HadoopShell.batches(paths, of: sealed)
    }

    private var sealArgument: (lock: ObjectName, argument: ObjectName)? {
        guard let lock = seal.lock,
            let argument = try? ShellPath.argument(for: lock, action: "list")
        else { return nil }
        return (lock.path, argument)
    }
}

extension HadoopShell.Answer {
    /// Whether it says itself that something went wrong, beyond roots that are not there.
    fileprivate func tellsOfFailure(orMissing lock: ObjectName) -> Bool {
        if !complaints.others.isEmpty || complaints.isCutShort { return true }
        if result.succeeded { return false }
        return result.ending != .exited(1) || complaints.missing.isEmpty
            || complaints.isMissing(lock)
    }
}

/// Looks for the seal of one listing.
struct SealReading {
    /// The lock's directory.
    private let lock: [UInt8]
    /// The directory itself is shown, and not its entries.
    private let isItself: Bool
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
    ///   - isItself: Whether the directory itself is shown, and not its entries.
    init(_ lock: ObjectName, behind roots: [ObjectName] = [], isItself: Bool = false) {
        self.lock = lock.bytes + (isItself ? [] : [UInt8(ascii: "/")])
        self.isItself = isItself
        isShownBefore = roots.contains { root in
            lock.bytes.starts(with: root.bytes.count == 1 ? root.bytes : root.bytes + [0x2F])
        }
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
            isItself ? path.elementsEqual(lock) : path.starts(with: lock)
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
