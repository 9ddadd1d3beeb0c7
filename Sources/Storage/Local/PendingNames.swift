// SPDX-License-Identifier: Apache-2.0

package import SnapshotModel

/// Names of directories that are still to be gone into, last in, first out, in one piece of memory.
package struct PendingNames {
    private struct Record {
        let start: Int
        let inode: UInt64
    }

    private var bytes: [CChar] = []
    private var records: [Record] = []

    /// Makes an empty stack.
    package init() {}

    /// The number of names.
    package var count: Int { records.count }

    /// The number of the object that the last name stood for when it was pushed.
    package var lastInode: UInt64 { records.last?.inode ?? 0 }

    /// The name on top.
    package var last: ObjectName {
        guard let record = records.last else { preconditionFailure("no name is pending") }
        return ObjectName(bytes[record.start...].dropLast().map(UInt8.init(bitPattern:)))
    }

    /// Puts a name on top.
    package mutating func push(_ entry: DirectoryEntry) {
        records.append(Record(start: bytes.count, inode: entry.inode))
        bytes.append(contentsOf: UnsafeBufferPointer(start: entry.name, count: entry.length + 1))
    }

    /// Lends the name on top, with a zero after it.
    package func withLast<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, let record = records.last else {
                preconditionFailure("no name is pending")
            }
            return body(base + record.start)
        }
    }

    /// Takes names away until so many are left.
    package mutating func drop(to count: Int) {
        guard count < records.count else { return }
        bytes.removeLast(bytes.count - records[count].start)
        records.removeLast(records.count - count)
    }

    /// Takes the name on top away.
    package mutating func dropLast() {
        drop(to: records.count - 1)
    }
}
