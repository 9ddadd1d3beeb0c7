// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// The three abilities of a byte source without its type.
///
/// Valid only while the pointer that it was made of is.
struct SourceAccess {
    let length: Int64
    let read: (UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int
    let skip: (Int64) throws(ByteSourceError) -> Void

    init<Source: ByteSource & ~Copyable>(_ source: UnsafeMutablePointer<Source>) {
        length = source.pointee.length
        read = { (buffer) throws(ByteSourceError) -> Int in
            try source.pointee.read(into: buffer)
        }
        skip = { (count) throws(ByteSourceError) in
            try source.pointee.skip(count)
        }
    }
}
