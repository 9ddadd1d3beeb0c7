// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel
public import Storage

/// Local disks, and whatever is mounted as one: the half that only looks.
///
/// Places have the scheme `file` or none, no authority, and an absolute path of any bytes. A root's
/// parents may lead through symbolic links; its last component has to be a directory itself, and
/// below it no link is followed. The removing half opens roots in the same way.
public struct LocalStorage: StorageReader {
    /// The roots of the policy; what is read below one is reached without following a link.
    let roots: [StorageURL]

    /// Makes a reader.
    ///
    /// - Parameter roots: Places that the policy names. Of an object below none of them only the
    ///   directory that holds it, and the object itself, must not be a link.
    public init(roots: [StorageURL] = []) {
        self.roots = roots.sorted { $0.path.bytes.count > $1.path.bytes.count }
    }

    /// One nanosecond: what today's file systems keep.
    ///
    /// A tree that was copied may hold whole seconds only; that is a property of the tree, to be
    /// seen from the times themselves.
    public var timeResolution: Int64 { 1 }

    /// Lists everything below roots; every directory is read until it holds still.
    ///
    /// A directory on another file system is listed too: references may lie there, and the
    /// identity of an entry shows its device.
    public func list(
        _ roots: [StorageURL],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        var outcomes: [ListingOutcome] = []
        for (index, root) in roots.enumerated() {
            do throws(StorageError) {
                var lister = try TreeLister(root, at: index, into: &sink)
                let errors = lister.run(into: &sink)
                outcomes.append(errors.isEmpty ? .complete : .incomplete(errors))
            } catch {
                outcomes.append(error.reason == .notFound ? .absent : .incomplete([error]))
            }
        }
        return outcomes
    }

    /// Names the directories directly in a directory.
    public func subdirectories(
        of directory: StorageURL
    ) throws(StorageError) -> [ObjectName] {
        try entries(of: directory, are: .directory)
    }

    /// Names the symbolic links directly in a directory.
    public func symbolicLinks(
        in directory: StorageURL
    ) throws(StorageError) -> [ObjectName] {
        try entries(of: directory, are: .symbolicLink)
    }

    private func entries(
        of directory: StorageURL,
        are kind: ObjectKind
    ) throws(StorageError) -> [ObjectName] {
        let descriptor = try openLocalRoot(directory, action: "list")
        var entries = DirectoryEntries()
        let problem = entries.readSettled(from: descriptor.number)
        if problem != 0 { throw StorageError(errno: problem, action: "list", place: directory) }
        var names: [ObjectName] = []
        var position = 0
        while let entry = entries.next(&position) {
            var isWanted = entry.type == (kind == .directory ? DT_DIR : DT_LNK)
            if entry.type == DT_UNKNOWN {
                if let status = FileStatus(of: entry.name, in: descriptor.number) {
                    isWanted = status.kind == kind
                } else if errno != ENOENT {
                    throw StorageError(
                        errno: errno,
                        action: "list",
                        place: directory.appending(ObjectName(entry.bytes))
                    )
                }
            }
            if isWanted { names.append(ObjectName(entry.bytes)) }
        }
        return names.sorted()
    }

    /// Opens objects and hands each to a closure, in order; only regular files are opened.
    public func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        var last = OpenRoot()
        for (index, object) in objects.enumerated() {
            do throws(StorageError) {
                receive(index, .success(try open(object, &last)))
            } catch {
                receive(index, .failure(error))
            }
        }
    }

    /// The root that was opened last: a hundred thousand objects lie below one, many names deep.
    private struct OpenRoot: ~Copyable {
        var place: StorageURL?
        var descriptor = Descriptor(owning: -1)
    }

    private func open(
        _ object: StorageURL,
        _ last: inout OpenRoot
    ) throws(StorageError) -> FileByteSource {
        let root = roots.first { !(object.path(below: $0)?.bytes.isEmpty ?? true) } ?? object.parent
        if last.place != root {
            last.place = nil
            last.descriptor = try openLocalRoot(root, action: "read")
            last.place = root
        }
        let below = object.path(below: root) ?? object.path.last
        let names = try localComponents(of: below, action: "read", place: object)
        guard let name = names.last,
            let directory = openDirectory(below: last.descriptor, at: names.dropLast())
        else { throw StorageError(errno: errno, action: "read", place: object) }
        // Without O_NONBLOCK a pipe put in a file's place would hang the run for ever.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let number = name.with { openat(directory.number, $0, flags) }
        if number < 0 { throw StorageError(errno: errno, action: "read", place: object) }
        let file = Descriptor(owning: number)
        guard let status = FileStatus(of: number) else {
            throw StorageError(errno: errno, action: "read", place: object)
        }
        guard status.kind == .file else {
            throw StorageError(.changed, action: "read", place: object, detail: "not a file")
        }
        return FileByteSource(
            owning: file.release(),
            length: status.size,
            modified: status.modified,
            identity: status.identity
        )
    }
}
