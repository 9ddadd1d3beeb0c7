// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
public import SnapshotModel
public import Storage

/// A directory of its own for one test, removed with all that is in it at the end of its life.
///
/// Paths are bytes below it. A failing call throws the C library's words.
public final class TemporaryDirectory: Sendable {
    /// Absolute path, without a slash at its end.
    public let path: String

    /// The directory as a place.
    public var url: StorageURL { StorageURL(scheme: "file", path: ObjectName(path)) }

    /// Makes one.
    ///
    /// - Parameter place: Where; nil for the system's directory for temporary files.
    /// - Throws: Where it cannot be made.
    public init(in place: String? = nil) throws {
        let base = place ?? FileManager.default.temporaryDirectory.path
        var template = Array("\(base)/janitor-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestSystemError("mkdtemp", errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // Foundation's `Process` takes 50 ms a child, this one not even 1.
        let words = ["rm", "-rf", "--", path]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        var status: Int32 = 0
        if posix_spawn(&child, "/bin/rm", nil, nil, arguments, [nil]) == 0 {
            waitpid(child, &status, 0)
        }
    }

    /// The place of a path below the directory.
    public func url(_ below: ObjectName) -> StorageURL { url.appending(below) }

    /// Makes a directory and those above it.
    public func makeDirectory(_ below: ObjectName) throws {
        var made = ObjectName([])
        for component in below.components {
            made = made.appending(component)
            let failed = with(made) { mkdir($0, 0o755) } != 0
            if failed, errno != EEXIST { throw TestSystemError("mkdir", errno) }
        }
    }

    /// Writes a file, and makes the directories above it.
    public func write(_ below: ObjectName, _ bytes: [UInt8] = []) throws {
        let parts = below.components
        try makeDirectory(ObjectName(parts.dropLast().map(\.bytes).joined(separator: [0x2F])))
        let file = with(below) { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644) }
        guard file >= 0 else { throw TestSystemError("open", errno) }
        defer { _ = close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw TestSystemError("write", errno)
        }
    }

    /// Makes a symbolic link.
    public func link(_ below: ObjectName, to target: String) throws {
        guard with(below, { symlink(target, $0) }) == 0 else {
            throw TestSystemError("symlink", errno)
        }
    }

    /// Makes a named pipe.
    public func makePipe(_ below: ObjectName) throws {
        guard with(below, { mkfifo($0, 0o644) }) == 0 else {
            throw TestSystemError("mkfifo", errno)
        }
    }

    /// Renames within the directory.
    public func rename(_ below: ObjectName, to other: ObjectName) throws {
        let result = with(below) { old in with(other) { new in Glibc.rename(old, new) } }
        guard result == 0 else { throw TestSystemError("rename", errno) }
    }

    /// Removes a file, a link or an empty directory.
    public func delete(_ below: ObjectName) throws {
        guard with(below, { Glibc.remove($0) }) == 0 else { throw TestSystemError("remove", errno) }
    }

    /// Sets the mode.
    public func setMode(_ below: ObjectName, _ mode: UInt32) throws {
        guard with(below, { chmod($0, mode) }) == 0 else { throw TestSystemError("chmod", errno) }
    }

    /// Sets the modification time, of a link itself too.
    public func setModified(_ below: ObjectName, _ time: Instant) throws {
        let nanoseconds = time.nanoseconds
        let value = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000),
            tv_nsec: Int(nanoseconds % 1_000_000_000)
        )
        let result = with(below) { utimensat(AT_FDCWD, $0, [value, value], AT_SYMLINK_NOFOLLOW) }
        guard result == 0 else { throw TestSystemError("utimensat", errno) }
    }

    /// Tells whether anything is at a path, a link that leads nowhere too.
    public func exists(_ below: ObjectName) -> Bool { identity(below) != nil }

    /// The identity of what is at a path, links not followed.
    public func identity(_ below: ObjectName) -> ObjectIdentity? { status(below)?.identity }

    /// What `lstat` says of a path.
    package func status(_ below: ObjectName) -> FileStatus? {
        with(below) { FileStatus(of: $0, in: AT_FDCWD) }
    }

    private func with<Result>(
        _ below: ObjectName,
        _ body: (UnsafePointer<CChar>) -> Result
    ) -> Result {
        let bytes = Array(path.utf8) + [0x2F] + below.bytes + [0]
        return bytes.withUnsafeBytes { buffer in
            let chars = buffer.bindMemory(to: CChar.self)
            guard let base = chars.baseAddress else { preconditionFailure("a path without bytes") }
            return body(base)
        }
    }
}

/// A failed call of a test's own.
public struct TestSystemError: Error, CustomStringConvertible {
    /// The call and the C library's words.
    public let description: String

    /// Makes an error for a call and its error number.
    public init(_ call: String, _ number: Int32) {
        description = "\(call): \(systemMessage(number))"
    }
}
