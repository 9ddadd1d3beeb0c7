// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

extension ObjectTable {
    /// Which files and directories lie directly in each directory, by number.
    ///
    /// Two arrays of positions, made once after the listing by counting: no sort, no dictionary.
    struct Children {
        private let fileStarts: [UInt32]
        private let fileOrder: [FileID]
        private let directoryStarts: [UInt32]
        private let directoryOrder: [DirectoryID]

        init(of table: ObjectTable) {
            let count = table.directories.count
            (fileStarts, fileOrder) = Self.group(
                count: count,
                holders: (0..<table.fileCount).lazy.map { table.directory(ofFile: FileID($0)) }
            )
            (directoryStarts, directoryOrder) = Self.group(
                count: count,
                holders: table.directories.lazy.map(\.parent)
            )
        }

        func files(in directory: DirectoryID) -> ArraySlice<FileID> {
            fileOrder[Int(fileStarts[Int(directory)])..<Int(fileStarts[Int(directory) + 1])]
        }

        func directories(in directory: DirectoryID) -> ArraySlice<DirectoryID> {
            directoryOrder[
                Int(directoryStarts[Int(directory)])..<Int(directoryStarts[Int(directory) + 1])
            ]
        }

        private static func group(
            count: Int,
            holders: some Collection<DirectoryID>
        ) -> (starts: [UInt32], order: [UInt32]) {
            var starts = [UInt32](repeating: 0, count: count + 1)
            var total = 0
            for holder in holders where holder != .max {
                starts[Int(holder) + 1] += 1
                total += 1
            }
            for index in 1..<starts.count { starts[index] += starts[index - 1] }
            var next = starts
            var order = [UInt32](repeating: 0, count: total)
            for (number, holder) in holders.enumerated() where holder != .max {
                order[Int(next[Int(holder)])] = UInt32(number)
                next[Int(holder)] += 1
            }
            return (starts, order)
        }
    }

    /// The base name of a file.
    public func name(ofFile file: FileID) -> ObjectName {
        withName(ofFile: file) { ObjectName($0) }
    }

    /// The base name of a directory; of a root, its whole path.
    public func name(ofDirectory directory: DirectoryID) -> ObjectName {
        names.withName(directories[Int(directory)].name) { ObjectName($0) }
    }

    /// The directory that holds another one; nil for a root.
    public func parent(of directory: DirectoryID) -> DirectoryID? {
        let parent = directories[Int(directory)].parent
        return parent == .max ? nil : parent
    }

    /// A file's length in bytes.
    public func size(ofFile file: FileID) -> Int64 {
        record(file).size
    }

    /// A file's modification time.
    public func modified(ofFile file: FileID) -> Instant {
        record(file).modified
    }

    /// A directory's modification time; nil where the store has none.
    public func modified(ofDirectory directory: DirectoryID) -> Instant? {
        let record = directories[Int(directory)]
        return record.isImplied ? nil : record.modified
    }

    /// What tells a directory from another put in its place.
    public func identity(ofDirectory directory: DirectoryID) -> ObjectIdentity {
        directories[Int(directory)].identity
    }

    /// The number of the root that a directory lies in or is.
    public func root(of directory: DirectoryID) -> Int {
        var current = directory
        while let parent = parent(of: current) { current = parent }
        return Int(current)
    }

    /// A directory's path below its root, empty for the root itself.
    public func path(below root: Int, ofDirectory directory: DirectoryID) -> ObjectName {
        var parts: [ObjectName] = []
        var current = directory
        while Int(current) != root, let parent = parent(of: current) {
            parts.append(name(ofDirectory: current))
            current = parent
        }
        return ObjectName(parts.reversed().map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
    }

    /// A directory's place in its store.
    public func place(ofDirectory directory: DirectoryID) -> StorageURL {
        let root = root(of: directory)
        return roots[root].appending(path(below: root, ofDirectory: directory))
    }

    /// A file's place in its store.
    public func place(ofFile file: FileID) -> StorageURL {
        place(ofDirectory: self.directory(ofFile: file)).appending(name(ofFile: file))
    }
}

extension ObjectTable {
    /// What a path below a root leads to.
    public enum Target: Hashable, Sendable {
        /// A file.
        case file(FileID)
        /// A directory.
        case directory(DirectoryID)
        /// Nothing of this name was listed.
        case nothing
        /// The path leads through, or to, something that is not followed: a symbolic link.
        case notFollowed(DirectoryID, ObjectName)
    }

    /// Looks up a path below a root.
    ///
    /// - Parameters:
    ///   - path: Components joined by single slashes; empty for the root itself.
    ///   - root: The root's number.
    /// - Returns: What the listing showed there.
    public func target(of path: ObjectName, below root: Int) -> Target {
        var current = DirectoryID(root)
        let parts = path.components
        for (index, part) in parts.enumerated() {
            let found = part.bytes.withUnsafeBytes { name -> Target in
                if let next = subdirectory(of: current, named: name) { return .directory(next) }
                if index == parts.count - 1, let file = file(in: current, named: name) {
                    return .file(file)
                }
                let isSpecial = specials[current]?[part] != nil
                return isSpecial ? .notFollowed(current, part) : .nothing
            }
            guard case .directory(let next) = found else { return found }
            current = next
        }
        return .directory(current)
    }
}
