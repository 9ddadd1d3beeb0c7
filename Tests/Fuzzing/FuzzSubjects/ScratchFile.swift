// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file in memory for readers that want a path.
final class ScratchFile {
    /// Its path.
    let path: String
    /// The directory that was made for it.
    let directory: String
    private let inner: String
    private let descriptor: Int32

    /// `/dev/shm`, or `/tmp` without it.
    static var top: String { access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp" }

    /// Makes an empty one in a directory of its own below `/dev/shm`, or `/tmp` without it.
    ///
    /// - Parameters:
    ///   - folder: A directory between, empty for none.
    ///   - name: The file's name.
    /// - Throws: `FuzzCorpusError` where it cannot be made.
    init(folder: String = "", name: String) throws(FuzzCorpusError) {
        let top = Self.top
        var template = Array("\(top)/janitor-fuzz-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FuzzCorpusError("cannot write in \"\(top)\"")
        }
        let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
        directory = String(decoding: bytes, as: UTF8.self)
        inner = folder.isEmpty ? directory : "\(directory)/\(folder)"
        if inner != directory { mkdir(inner, 0o700) }
        path = "\(inner)/\(name)"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FuzzCorpusError("cannot write \"\(path)\"") }
    }

    deinit {
        close(descriptor)
        unlink(path)
        if inner != directory { rmdir(inner) }
        rmdir(directory)
    }

    /// Puts bytes in place of what it holds.
    func hold(_ bytes: [UInt8]) {
        ftruncate(descriptor, 0)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, done)
            }
            guard count > 0 else { return }
            done += count
        }
    }
}
