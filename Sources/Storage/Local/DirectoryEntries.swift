// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// One entry as the kernel's list gives it; good only as long as the list is not read anew.
package struct DirectoryEntry {
    /// The name, with a zero after it.
    package let name: UnsafePointer<CChar>
    /// The number of bytes in the name.
    package let length: Int
    /// The number of the object, as far as the directory knows it.
    package let inode: UInt64
    /// One of `DT_DIR`, `DT_REG`, …; `DT_UNKNOWN` where the file system does not say.
    package let type: UInt8

    /// The bytes of the name.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: name, count: length) }

    /// Tells whether the name is this text.
    package func isNamed(_ text: StaticString) -> Bool {
        length == text.utf8CodeUnitCount && memcmp(name, text.utf8Start, length) == 0
    }
}

/// The names in a directory, read into memory that is used again for the next directory.
///
/// Holds the kernel's own records, so that reading a directory of any size allocates nothing once
/// the memory is large enough.
///
/// Source: getdents(2), `struct linux_dirent64`: inode (8 bytes), offset (8), length of the record
/// (2), type (1), name and zero.
package struct DirectoryEntries: ~Copyable {
    private static let step = 64 * 1024
    private static let nameOffset = 19

    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0

    /// Makes an empty list.
    package init() {
        capacity = 2 * Self.step
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        memory.deallocate()
    }

    /// Reads all names of an open directory from its beginning.
    ///
    /// - Parameter directory: A descriptor open for reading.
    /// - Returns: 0, or the error number; the list then holds what was read until then.
    package mutating func read(from directory: Int32) -> Int32 {
        used = 0
        if lseek(directory, 0, SEEK_SET) < 0 { return errno }
        while true {
            if capacity - used < Self.step { grow() }
            let count = readEntries(directory, memory + used, capacity - used)
            if count == 0 { return 0 }
            if count > 0 {
                used += count
            } else if errno != EINTR {
                return errno
            }
        }
    }

    /// Reads the names until the directory did not change while it was read.
    ///
    /// An entry that is renamed while a directory is read may appear under neither name. The
    /// times of the directory show that it happened.
    ///
    /// - Parameter directory: A descriptor open for reading.
    /// - Returns: 0; `ESTALE` where it changed three times over; else the error number.
    package mutating func readSettled(from directory: Int32) -> Int32 {
        for _ in 0..<3 {
            guard let before = FileStatus(of: directory) else { return errno }
            let problem = read(from: directory)
            if problem != 0 { return problem }
            guard let after = FileStatus(of: directory) else { return errno }
            if before.modified == after.modified, before.changed == after.changed { return 0 }
        }
        return ESTALE
    }

    /// Gives the entry at a position, and moves the position to the next.
    ///
    /// - Parameter position: 0 at first.
    /// - Returns: Nil at the end; `.` and `..` are passed over.
    package func next(_ position: inout Int) -> DirectoryEntry? {
        while position < used {
            let record = UnsafeRawPointer(memory + position)
            position += Int(record.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            let name = (record + Self.nameOffset).assumingMemoryBound(to: CChar.self)
            if name[0] == 0x2E, name[1] == 0 || (name[1] == 0x2E && name[2] == 0) { continue }
            return DirectoryEntry(
                name: name,
                length: strlen(name),
                inode: record.loadUnaligned(as: UInt64.self),
                type: record.load(fromByteOffset: 18, as: UInt8.self)
            )
        }
        return nil
    }

    private mutating func grow() {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 16)
        larger.copyMemory(from: memory, byteCount: used)
        memory.deallocate()
        memory = larger
        capacity *= 2
    }
}
