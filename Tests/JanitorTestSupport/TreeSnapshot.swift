// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel

/// Everything that can be seen of a tree: names, bytes, modes, owners and modification times.
///
/// Written on `opendir` and recursion, apart from what it is to check. Change times and inodes are
/// left out, since a restored tree may differ in them.
public struct TreeSnapshot: Hashable, Sendable {
    /// What is at one path.
    public struct Entry: Hashable, Sendable {
        /// Kind and permissions, as `st_mode` has them.
        public let mode: UInt32
        /// Owner.
        public let owner: UInt32
        /// Group.
        public let group: UInt32
        /// Modification time.
        public let modified: Instant
        /// The bytes of a file or the target of a link.
        public let content: [UInt8]
    }

    /// What is at each path; the tree's top is at the empty path.
    public private(set) var entries: [ObjectName: Entry] = [:]

    /// Reads a tree.
    ///
    /// - Parameters:
    ///   - path: The top, a directory.
    ///   - leftOut: Base names that are passed over with all below them.
    /// - Throws: `TestSystemError` where something cannot be read.
    public init(of path: String, without leftOut: Set<ObjectName> = []) throws {
        try visit(Array(path.utf8), ObjectName([]), leftOut)
    }

    /// The paths, sorted.
    public var paths: [ObjectName] { entries.keys.sorted() }

    /// Says how another tree differs from this one, one line a path; empty where it does not.
    public func differences(to other: TreeSnapshot) -> [String] {
        Set(entries.keys).union(other.entries.keys).sorted().compactMap { path in
            switch (entries[path], other.entries[path]) {
            case (let old?, let new?):
                old == new ? nil : "\(path): \(Self.describe(old)) became \(Self.describe(new))"
            case (nil, _): "\(path): is new"
            case (_, nil): "\(path): is gone"
            }
        }
    }

    private static func describe(_ entry: Entry) -> String {
        let mode = String(entry.mode, radix: 8)
        return "\(mode) \(entry.owner):\(entry.group) \(entry.modified.nanoseconds) ns "
            + "\(entry.content.count) bytes"
    }

    private mutating func visit(
        _ full: [UInt8],
        _ below: ObjectName,
        _ leftOut: Set<ObjectName>
    ) throws {
        let path = (full + [0]).map(CChar.init(bitPattern:))
        var raw = stat()
        guard lstat(path, &raw) == 0 else { throw TestSystemError("lstat \(below)", errno) }
        var content: [UInt8] = []
        switch raw.st_mode & S_IFMT {
        case S_IFREG: content = try Self.bytes(path, Int(raw.st_size))
        case S_IFLNK:
            var target = [CChar](repeating: 0, count: 4096)
            let count = readlink(path, &target, target.count)
            content = target.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        default: break
        }
        entries[below] = Entry(
            mode: raw.st_mode,
            owner: raw.st_uid,
            group: raw.st_gid,
            modified: Instant(
                seconds: Int64(raw.st_mtim.tv_sec),
                nanoseconds: Int64(raw.st_mtim.tv_nsec)
            ),
            content: content
        )
        guard raw.st_mode & S_IFMT == S_IFDIR else { return }
        for name in try Self.names(path) where !leftOut.contains(name) {
            try visit(full + [0x2F] + name.bytes, below.appending(name), leftOut)
        }
    }

    private static func bytes(_ path: [CChar], _ size: Int) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw TestSystemError("open", errno) }
        defer { _ = close(file) }
        var bytes = [UInt8](repeating: 0, count: size)
        guard read(file, &bytes, size) == size else { throw TestSystemError("read", errno) }
        return bytes
    }

    private static func names(_ path: [CChar]) throws -> [ObjectName] {
        guard let directory = opendir(path) else { throw TestSystemError("opendir", errno) }
        defer { _ = closedir(directory) }
        var names: [ObjectName] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                ObjectName(buffer.prefix { $0 != 0 })
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
