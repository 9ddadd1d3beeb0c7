// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// Lists one root: depth first, in constant memory but for the widest directory's names.
///
/// What is removed while the listing goes on is passed over; what is renamed within its directory
/// is found again by its inode. Anything that could hide an entry is noted as an error.
struct TreeLister: ~Copyable {
    private static let errorLimit = 1000

    private let index: Int
    private let root: StorageURL
    private var stack: DirectoryStack
    private var names = DirectoryEntries()
    private var statuses = EntryStatuses()
    private var pending = PendingNames()
    /// For each directory on the stack, how many names were pending when it was entered.
    private var marks = [0]
    private var renamed = 0
    private var errors: [StorageError] = []

    /// Opens a root and hands the root itself to the sink.
    init(
        _ root: StorageURL,
        at index: Int,
        into sink: inout some ListingSink
    ) throws(StorageError) {
        self.root = root
        self.index = index
        let descriptor = try openLocalRoot(root, action: "list")
        guard let status = FileStatus(of: descriptor.number) else {
            throw StorageError(errno: errno, action: "list", place: root)
        }
        sink.receive(
            root: index,
            path: [UInt8]().span,
            kind: .directory,
            size: 0,
            modified: status.modified,
            identity: status.identity
        )
        stack = DirectoryStack(root: descriptor, status: status, staysOnFileSystem: false)
    }

    /// Lists everything below the root.
    ///
    /// - Parameter sink: Gets the entries.
    /// - Returns: What could not be listed; empty where all was.
    mutating func run(into sink: inout some ListingSink) -> [StorageError] {
        readDirectory(into: &sink)
        while true {
            if pending.count > marks[marks.count - 1] {
                descend(into: &sink)
            } else if stack.depth == 0 {
                return errors
            } else {
                ascend()
            }
        }
    }

    private mutating func descend(into sink: inout some ListingSink) {
        let problem = stack.enterLast(of: pending)
        switch problem {
        case 0:
            pending.dropLast()
            marks.append(pending.count)
            readDirectory(into: &sink)
        case ENOENT, ENOTDIR, ELOOP:
            let inode = pending.lastInode
            pending.dropLast()
            find([inode], into: &sink)
        default:
            note(problem, pending.last)
            pending.dropLast()
        }
    }

    private mutating func ascend() {
        marks.removeLast()
        let problem = stack.leave()
        guard problem != 0 else { return }
        note(problem)
        pending.drop(to: marks[marks.count - 1])
    }

    private mutating func readDirectory(into sink: inout some ListingSink) {
        let problem = names.readSettled(from: stack.descriptor)
        if isGone(problem) { return }
        if problem != 0 { note(problem) }
        let vanished = giveEntries(only: nil, to: &sink)
        if !vanished.isEmpty { find(vanished, into: &sink) }
    }

    /// Tells whether the directory in hand was removed since it was entered; nothing was in it then.
    ///
    /// Of the root itself that stays an error, so that nobody takes its listing for complete.
    ///
    /// Source: getdents(2), `ENOENT`; a directory that is removed must be empty, rmdir(2).
    private func isGone(_ problem: Int32) -> Bool { problem == ENOENT && stack.depth > 0 }

    /// Looks for what vanished under its name: it may have another one now.
    private mutating func find(_ inodes: Set<UInt64>, into sink: inout some ListingSink) {
        var missing = inodes
        for _ in 0..<3 {
            let problem = names.readSettled(from: stack.descriptor)
            if isGone(problem) { return }
            if problem != 0 { note(problem) }
            missing = giveEntries(only: missing, to: &sink)
            if missing.isEmpty { return }
        }
        note(ESTALE)
    }

    /// Hands entries to the sink, and keeps the names of directories to be gone into.
    ///
    /// - Returns: The inodes of entries that were gone when they were looked at.
    private mutating func giveEntries(
        only inodes: Set<UInt64>?,
        to sink: inout some ListingSink
    ) -> Set<UInt64> {
        var vanished: Set<UInt64> = []
        var position = 0
        while let entry = names.next(&position) {
            if let inodes {
                guard inodes.contains(entry.inode), mayFollowRename() else { continue }
            }
            if entry.type == DT_REG, !sink.wants(file: entry.bytes) { continue }
            statuses.add(entry)
            if statuses.isFull { giveStatuses(to: &sink, &vanished) }
        }
        giveStatuses(to: &sink, &vanished)
        return vanished
    }

    private mutating func giveStatuses(
        to sink: inout some ListingSink,
        _ vanished: inout Set<UInt64>
    ) {
        for (entry, answer) in statuses.ask(in: stack.descriptor) {
            switch answer {
            case .problem(ENOENT): vanished.insert(entry.inode)
            case .problem(let number): note(number, ObjectName(entry.bytes))
            case .status(let status):
                let kind = status.kind
                if kind == .directory { pending.push(entry) }
                stack.withPath(of: entry) { path in
                    sink.receive(
                        root: index,
                        path: path,
                        kind: kind,
                        size: status.size,
                        modified: status.modified,
                        identity: status.identity
                    )
                }
            }
        }
        statuses.removeAll()
    }

    /// Ends a chase after a directory that somebody renames for ever.
    private mutating func mayFollowRename() -> Bool {
        renamed += 1
        if renamed == 10_000 { note(ESTALE) }
        return renamed < 10_000
    }

    private mutating func note(_ number: Int32, _ name: ObjectName? = nil) {
        guard errors.count < Self.errorLimit else { return }
        let directory = ObjectName(stack.path)
        let place = root.appending(name.map { directory.appending($0) } ?? directory)
        if number == ESTALE {
            let detail = "it changed again and again while it was listed"
            errors.append(StorageError(.changed, action: "list", place: place, detail: detail))
        } else {
            errors.append(StorageError(errno: number, action: "list", place: place))
        }
    }
}
