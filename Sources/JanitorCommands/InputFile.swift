// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import SnapshotModel
internal import Storage

/// A file that an operator names: a policy or a saved plan.
enum InputFile {
    /// Reads a whole file, a pipe too.
    ///
    /// - Parameter path: Its path.
    /// - Returns: Its bytes.
    /// - Throws: `ByteSourceError` with the system's words where it cannot be read.
    static func read(_ path: String) throws(ByteSourceError) -> Data {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ByteSourceError(systemMessage(errno)) }
        var source = FileByteSource(
            owning: descriptor,
            length: 0,
            modified: Instant(seconds: 0),
            identity: .none
        )
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var data = Data()
        while true {
            let count = try source.read(into: buffer)
            if count == 0 { return data }
            data.append(contentsOf: buffer[..<count])
        }
    }
}
