// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The way from a root down to the directory in hand, of any depth, with few open descriptors.
///
/// Only the root and the deepest directories are kept open. One that was closed is opened again
/// through `..` of its child or, where that has been moved, by walking down from the root; either
/// way it has to be the very directory that was entered before. Links are never followed.
package struct DirectoryStack: ~Copyable {
    private struct Frame {
        var descriptor: Int32
        let device: UInt64
        let inode: UInt64
        let pathLength: Int
    }

    private static let openLimit = 32

    /// Path of the directory in hand below the root, components joined by `/`.
    package private(set) var path: [UInt8] = []

    private var frames: [Frame] = []
    private var shallowestOpen = 1
    private let open: (UnsafePointer<CChar>, Int32) -> Int32
    private let staysOnFileSystem: Bool

    /// Starts at an open directory.
    ///
    /// - Parameters:
    ///   - root: Open for reading.
    ///   - status: What `fstat` says of it.
    ///   - staysOnFileSystem: Whether entering another file system fails with `EXDEV`.
    ///   - open: Opens a name in a directory, without following links.
    package init(
        root: consuming Descriptor,
        status: FileStatus,
        staysOnFileSystem: Bool,
        open: @escaping (UnsafePointer<CChar>, Int32) -> Int32 = openDirectory
    ) {
        self.open = open
        self.staysOnFileSystem = staysOnFileSystem
        let frame = Frame(
            descriptor: root.release(),
            device: status.device,
            inode: status.inode,
            pathLength: 0
        )
        frames.append(frame)
    }

    deinit {
        for frame in frames where frame.descriptor >= 0 { _ = close(frame.descriptor) }
    }

    /// How many directories lie between the root and the one in hand, itself counted.
    package var depth: Int { frames.count - 1 }

    /// The descriptor of the directory in hand; -1 after a failed `leave`.
    package var descriptor: Int32 { frames[frames.count - 1].descriptor }

    /// Lends the path of an entry of the directory in hand.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - body: Gets the path below the root.
    package mutating func withPath(of entry: DirectoryEntry, _ body: (Span<UInt8>) -> Void) {
        let length = path.count
        append(entry.bytes)
        body(path.span)
        path.removeLast(path.count - length)
    }

    /// Goes into a directory below the one in hand.
    ///
    /// - Parameter name: A name in the directory in hand.
    /// - Returns: 0, or the error number and nothing has changed.
    package mutating func enter(_ name: UnsafePointer<CChar>) -> Int32 {
        let next = open(name, descriptor)
        if next < 0 { return errno }
        guard let status = FileStatus(of: next) else {
            let problem = errno
            _ = close(next)
            return problem
        }
        if staysOnFileSystem, status.device != frames[0].device {
            _ = close(next)
            return EXDEV
        }
        append(UnsafeRawBufferPointer(start: name, count: strlen(name)))
        let frame = Frame(
            descriptor: next,
            device: status.device,
            inode: status.inode,
            pathLength: path.count
        )
        frames.append(frame)
        closeSurplus()
        return 0
    }

    /// Goes into the directory whose name is on top of a stack of names.
    package mutating func enterLast(of pending: PendingNames) -> Int32 {
        pending.withLast { enter($0) }
    }

    /// Goes back to the directory above the one in hand.
    ///
    /// - Returns: 0, or the error number where the directory above could not be opened again; it
    ///   is in hand all the same, but only `leave` is of use then.
    package mutating func leave() -> Int32 {
        let child = frames.removeLast()
        let top = frames.count - 1
        path.removeLast(path.count - frames[top].pathLength)
        defer { if child.descriptor >= 0 { _ = close(child.descriptor) } }
        if frames[top].descriptor >= 0 { return 0 }
        shallowestOpen = max(1, min(shallowestOpen, top))
        if child.descriptor >= 0 {
            let above = open("..", child.descriptor)
            if take(above, at: top) { return 0 }
        }
        return take(openFromRoot(), at: top) ? 0 : ESTALE
    }

    private mutating func take(_ descriptor: Int32, at index: Int) -> Bool {
        guard descriptor >= 0 else { return false }
        guard let status = FileStatus(of: descriptor), status.inode == frames[index].inode,
            status.device == frames[index].device
        else {
            _ = close(descriptor)
            return false
        }
        frames[index].descriptor = descriptor
        return true
    }

    private func openFromRoot() -> Int32 {
        var current = fcntl(frames[0].descriptor, F_DUPFD_CLOEXEC, 0)
        for part in path.split(separator: UInt8(ascii: "/")) where current >= 0 {
            let next = CName(part)?.with { open($0, current) } ?? -1
            _ = close(current)
            current = next
        }
        return current
    }

    private mutating func append(_ name: UnsafeRawBufferPointer) {
        if !path.isEmpty { path.append(UInt8(ascii: "/")) }
        path.append(contentsOf: name)
    }

    private mutating func closeSurplus() {
        while frames.count - shallowestOpen > Self.openLimit {
            let descriptor = frames[shallowestOpen].descriptor
            if descriptor >= 0 { _ = close(descriptor) }
            frames[shallowestOpen].descriptor = -1
            shallowestOpen += 1
        }
    }
}
