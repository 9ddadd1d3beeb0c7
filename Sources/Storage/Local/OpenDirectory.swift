// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Opens a directory for reading its entries, never through a symbolic link.
///
/// - Parameters:
///   - name: One component, or `..`.
///   - directory: The open directory that it lies in.
/// - Returns: A descriptor, or -1 with `errno` set.
package func openDirectory(_ name: UnsafePointer<CChar>, in directory: Int32) -> Int32 {
    openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
}

/// Opens a directory only as a place to go on from; follows links, needs no read permission.
///
/// Source: open(2), `O_PATH`; the number is that of `asm-generic/fcntl.h`, which x86 and ARM use.
///
/// - Parameters:
///   - name: One component, or `/`.
///   - directory: The open directory that it lies in.
/// - Returns: A descriptor, or -1 with `errno` set.
package func openPassage(_ name: UnsafePointer<CChar>, in directory: Int32) -> Int32 {
    openat(directory, name, 0o10_000_000 | O_DIRECTORY | O_CLOEXEC)
}

/// Opens a directory only as a place to go on from; never through a link.
///
/// - Parameters:
///   - name: One component.
///   - directory: The open directory that it lies in.
/// - Returns: A descriptor, or -1 with `errno` set.
package func openPassageHere(_ name: UnsafePointer<CChar>, in directory: Int32) -> Int32 {
    openat(directory, name, 0o10_000_000 | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
}

/// Reads the next entries of a directory; not in the toolchain's Glibc module.
///
/// Source: getdents64(3), glibc 2.30.
@_silgen_name("getdents64")
package func readEntries(
    _ directory: Int32,
    _ buffer: UnsafeMutableRawPointer,
    _ length: Int
) -> Int
