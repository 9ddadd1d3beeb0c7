// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// What a lock directory says.
enum LockState {
    /// There is none.
    case absent
    /// Its one entry names the owner.
    case owned(entry: CName, record: LockRecord, owner: LockOwner)
    /// Its entry was renamed by a taker that has not written into it yet, or never will.
    case between(entry: CName, record: LockRecord, taker: LockOwner?, since: Instant)
    /// Its owner gave it back and was cut off before it could remove it.
    case released(entry: CName)
    /// Its owner gave it back, removed its entry, and was cut off before it could remove it.
    case left
    /// It has no owner, and nothing says that it ever had one.
    case empty(since: Instant)
    /// It changed while it was read.
    case moving
    /// It cannot be read.
    case unreadable(String)
}

/// The lock directory in an open directory.
struct LockDirectory: ~Copyable {
    static let releasedPrefix = ".released."
    static let freshPrefix = ".new."
    /// The bit of a lock directory's mode that says that its owner gave it back: the sticky bit,
    /// which an owner that just makes a lock, by whatever means, does not set.
    static let givenBack: mode_t = 0o1000

    /// The lock directory itself.
    let directory: Descriptor

    /// Opens the lock directory that lies in a directory; nil with `errno` set.
    init?(in parent: Int32) {
        let opened = openDirectory(lockName, in: parent)
        guard opened >= 0 else { return nil }
        directory = Descriptor(owning: opened)
    }

    /// Reads who holds the lock that lies in a directory.
    static func state(in parent: Int32) -> LockState {
        guard let lock = LockDirectory(in: parent) else {
            switch errno {
            case ENOENT: return .absent
            case EACCES where FileStatus(of: lockName, in: parent) == nil: return .absent
            case ENOTDIR, ELOOP: return .unreadable("it is not a directory")
            default: return .unreadable(systemMessage(errno))
            }
        }
        return lock.state()
    }

    private func state() -> LockState {
        guard let before = FileStatus(of: directory.number) else { return .moving }
        var entries = DirectoryEntries()
        let problem = entries.readSettled(from: directory.number)
        if problem == ESTALE { return .moving }
        if problem != 0 { return .unreadable(systemMessage(problem)) }
        var position = 0
        var names: [ObjectName] = []
        var released: ObjectName?
        while let entry = entries.next(&position) {
            let name = ObjectName(entry.bytes)
            if name.bytes.starts(with: Self.releasedPrefix.utf8) {
                released = name
            } else if name.bytes.first != UInt8(ascii: ".") {
                names.append(name)
            }
        }
        if names.count > 1 { return .unreadable("it holds more than one entry") }
        if let name = names.first, let entry = CName(name.bytes) { return read(entry, name) }
        if let released, let entry = CName(released.bytes) { return .released(entry: entry) }
        return before.raw.st_mode & Self.givenBack == 0 ? .empty(since: before.modified) : .left
    }

    private func read(_ entry: CName, _ name: ObjectName) -> LockState {
        let number = open(entry)
        if number < 0 { return errno == ENOENT ? .moving : .unreadable(systemMessage(errno)) }
        let file = Descriptor(owning: number)
        guard let status = FileStatus(of: number), status.kind == .file, status.size <= 65536
        else { return .unreadable("its entry is not a file of ours") }
        guard let record = Self.record(in: file, status), let owner = record.owner
        else { return .unreadable("its entry does not name an owner") }
        if ObjectName(owner.token) == name {
            return .owned(entry: entry, record: record, owner: owner)
        }
        return .between(entry: entry, record: record, taker: taker(name), since: status.changed)
    }

    /// Who is about to write into the entry: what it has prepared says so.
    private func taker(_ name: ObjectName) -> LockOwner? {
        guard let fresh = CName(Array(Self.freshPrefix.utf8) + name.bytes) else { return nil }
        let number = open(fresh)
        guard number >= 0 else { return nil }
        let file = Descriptor(owning: number)
        guard let status = FileStatus(of: number), status.kind == .file, status.size <= 65536,
            let owner = Self.record(in: file, status)?.owner, ObjectName(owner.token) == name
        else { return nil }
        return owner
    }

    private func open(_ name: CName) -> Int32 {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        return name.with { openat(directory.number, $0, flags) }
    }

    private static func record(
        in file: borrowing Descriptor,
        _ status: FileStatus
    ) -> LockRecord? {
        var bytes = [UInt8](repeating: 0, count: Int(status.size))
        let count = Glibc.read(file.number, &bytes, bytes.count)
        return count == bytes.count ? LockRecord.decode(bytes) : nil
    }
}

/// The name of a root's lock directory.
let lockName = ".janitor-lock"
