// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import SnapshotModel
internal import Storage

/// Opens a directory below a root: no link is followed and no mount point crossed.
func openHere(_ name: UnsafePointer<CChar>, in directory: Int32) -> Int32 {
    janitor_open_directory_here(directory, name)
}

/// The open directory of a root, from which every change below it starts.
///
/// Remembers the last directory it went to, since items that lie together come together.
struct OpenRoot: ~Copyable {
    /// The place that the policy names.
    let url: StorageURL
    /// The root itself.
    let directory: Descriptor
    /// What `fstat` said of the root.
    let status: FileStatus

    private var lastPath: ObjectName?
    private var last: Int32 = -1

    /// Opens a root; the top of the file system is refused (law 6).
    init(_ url: StorageURL, action: String) throws(StorageError) {
        guard url.path.bytes.count > 1 else {
            let detail = "the top of the file system cannot be a root"
            throw StorageError(.unusableName, action: action, place: url, detail: detail)
        }
        let opened = try openLocalRoot(url, action: action)
        guard let status = FileStatus(of: opened.number) else {
            throw StorageError(errno: errno, action: action, place: url)
        }
        self.url = url
        self.status = status
        directory = opened
    }

    deinit {
        if last >= 0 { _ = close(last) }
    }

    /// Opens the directory that holds an item.
    ///
    /// - Parameters:
    ///   - item: The item.
    ///   - names: The components of its path.
    ///   - action: What is being done, for the error.
    /// - Returns: A descriptor that is good until the next call.
    /// - Throws: `notFound` where one is not there, `changed` where a link or a file stands on the
    ///   way, `otherFileSystem` where a mount point does.
    mutating func parent(
        of item: RemovalItem,
        _ names: [CName],
        action: String
    ) throws(StorageError) -> Int32 {
        if names.count == 1 { return directory.number }
        let end = item.path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
        let path = ObjectName(item.path.bytes[..<end])
        if path == lastPath { return last }
        guard let opened = openDirectory(below: directory, at: names.dropLast(), open: openHere)
        else { throw StorageError(errno: errno, action: action, place: item.place) }
        let sameFileSystem = FileStatus(of: opened.number)?.device == status.device
        guard sameFileSystem else {
            throw StorageError(errno: EXDEV, action: action, place: item.place)
        }
        if last >= 0 { _ = close(last) }
        last = opened.release()
        lastPath = path
        return last
    }

    /// Forgets the remembered directory: it may have been moved or taken away by ourselves.
    mutating func forget() {
        if last >= 0 { _ = close(last) }
        last = -1
        lastPath = nil
    }
}
