// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import Storage

/// Files of our own that have to be on the disk before work goes on.
enum DurableFile {
    /// Reads a whole file; nil where there is none.
    static func read(_ path: String) throws(StateError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw StateError("read", path, errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw StateError("read", path, errno)
            }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// Replaces a file whole: whoever reads it finds the old or the new one.
    static func replace(_ path: String, with bytes: [UInt8]) throws(StateError) {
        let temporary = "\(path).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StateError("write", temporary, errno) }
        do throws(StateError) {
            try write(bytes, to: descriptor, path: temporary)
            guard fsync(descriptor) == 0 else { throw StateError("write", temporary, errno) }
        } catch {
            close(descriptor)
            throw error
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else { throw StateError("write", path, errno) }
        try syncDirectory(of: path)
    }

    /// A file in the making that takes another one's place once it is whole.
    final class Replacement {
        private let path: String
        private let descriptor: Int32
        private var failure: StateError?
        private var isDone = false

        /// Begins; nothing is replaced yet.
        init(of path: String) throws(StateError) {
            self.path = path
            descriptor = open("\(path).new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw StateError("write", "\(path).new", errno) }
        }

        deinit {
            close(descriptor)
            if !isDone { unlink("\(path).new") }
        }

        /// Adds bytes; what goes wrong is told by `finish`.
        func write(_ bytes: UnsafeRawBufferPointer) {
            guard failure == nil else { return }
            do throws(StateError) {
                try DurableFile.write(Array(bytes), to: descriptor, path: "\(path).new")
            } catch {
                failure = error
            }
        }

        /// Puts it in the other one's place.
        ///
        /// - Throws: `StateError` where anything went wrong; the other one is as it was.
        func finish() throws(StateError) {
            if let failure { throw failure }
            guard fsync(descriptor) == 0 else { throw StateError("write", path, errno) }
            guard rename("\(path).new", path) == 0 else { throw StateError("write", path, errno) }
            isDone = true
            try DurableFile.syncDirectory(of: path)
        }
    }

    /// Writes all bytes to a descriptor.
    static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(StateError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw StateError("write", path, errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes sure that a file can grow by so many bytes.
    ///
    /// Some file systems cannot keep room for a file; there it is tried whether there is some.
    ///
    /// Source: fallocate(2), `FALLOC_FL_KEEP_SIZE`.
    static func reserve(_ size: Int, for descriptor: Int32, path: String) throws(StateError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StateError("write", path, errno) }
        while janitor_reserve(descriptor, Int64(status.st_size), Int64(size)) != 0 {
            if errno == EINTR { continue }
            guard errno == EOPNOTSUPP || errno == ENOSYS else {
                throw StateError("keep \(size) bytes for", path, errno)
            }
            return try tryOut(size, beside: path)
        }
    }

    /// Gives back what `reserve` kept; what cannot be given back goes when the file does.
    static func giveBack(_ descriptor: Int32) {
        var status = stat()
        if fstat(descriptor, &status) == 0 { _ = ftruncate(descriptor, status.st_size) }
    }

    private static func tryOut(_ size: Int, beside path: String) throws(StateError) {
        let trial = "\(path).room"
        let descriptor = open(trial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StateError("write", trial, errno) }
        defer {
            close(descriptor)
            unlink(trial)
        }
        let piece = [UInt8](repeating: 0, count: min(size, 1 << 20))
        var rest = size
        while rest > 0 {
            try write(Array(piece.prefix(rest)), to: descriptor, path: trial)
            rest -= piece.count
        }
        guard fsync(descriptor) == 0 else { throw StateError("write", trial, errno) }
    }

    /// Brings a directory's entries to the disk.
    static func syncDirectory(of path: String) throws(StateError) {
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let descriptor = open(
            directory.isEmpty ? "/" : directory,
            O_RDONLY | O_DIRECTORY | O_CLOEXEC
        )
        guard descriptor >= 0 else { throw StateError("open", directory, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StateError("write", directory, errno) }
    }
}
