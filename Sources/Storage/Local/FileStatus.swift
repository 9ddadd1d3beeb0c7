// SPDX-License-Identifier: Apache-2.0

package import Glibc
package import SnapshotModel

/// What the file system says of one object, links not followed.
package struct FileStatus {
    /// The answer as the C library gives it.
    package let raw: stat

    /// Asks for the object of an open descriptor; nil with `errno` set.
    package init?(of descriptor: Int32) {
        var raw = stat()
        guard fstat(descriptor, &raw) == 0 else { return nil }
        self.raw = raw
    }

    /// Asks for a name in an open directory; nil with `errno` set.
    package init?(of name: UnsafePointer<CChar>, in directory: Int32) {
        var raw = stat()
        guard fstatat(directory, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        self.raw = raw
    }

    /// What the object is.
    package var kind: ObjectKind {
        switch raw.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        case S_IFLNK: .symbolicLink
        default: .other
        }
    }

    /// Length in bytes; 0 for anything but files.
    package var size: Int64 { kind == .file ? Int64(raw.st_size) : 0 }

    /// Modification time.
    package var modified: Instant {
        Instant(seconds: Int64(raw.st_mtim.tv_sec), nanoseconds: Int64(raw.st_mtim.tv_nsec))
    }

    /// When the inode last changed.
    package var changed: Instant {
        Instant(seconds: Int64(raw.st_ctim.tv_sec), nanoseconds: Int64(raw.st_ctim.tv_nsec))
    }

    /// The number of the file system.
    package var device: UInt64 { UInt64(raw.st_dev) }

    /// The number of the object in its file system.
    package var inode: UInt64 { UInt64(raw.st_ino) }

    /// What tells the object from another put in its place.
    package var identity: ObjectIdentity {
        ObjectIdentity(device: device, inode: inode, changed: changed)
    }
}
