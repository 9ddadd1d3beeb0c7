// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What `/proc/<pid>/stat` says of a process.
///
/// Source: proc_pid_stat(5): field 3 is the state, 5 the group, 6 the session, 22 the start in
/// clock ticks since boot; field 2 is the name in parentheses and may hold anything.
package struct ProcessStatus: Hashable, Sendable {
    /// When it started, in clock ticks since boot.
    package let start: UInt64
    /// Its process group.
    package let group: Int32
    /// Its session.
    package let session: Int32
    /// Whether it has ended and only waits to be reaped.
    package let hasEnded: Bool

    /// Reads it; nil where there is no such process, or no `/proc`.
    package init?(of process: Int32) {
        guard let bytes = fileBeginning("/proc/\(process)/stat", limit: 1024),
            let name = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(name + 1)...].split(separator: UInt8(ascii: " "))
        func number<Number: FixedWidthInteger>(_ index: Int) -> Number? {
            fields.count > index ? Number(String(decoding: fields[index], as: UTF8.self)) : nil
        }
        guard let start: UInt64 = number(19), let group: Int32 = number(2),
            let session: Int32 = number(3), let state = fields.first?.first
        else { return nil }
        self.start = start
        self.group = group
        self.session = session
        hasEnded = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
    }
}

/// The first bytes of a file; nil where it cannot be opened.
func fileBeginning(_ path: String, limit: Int) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { _ = close(file) }
    return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        while count < limit, let base = buffer.baseAddress {
            let got = read(file, base + count, limit - count)
            if got > 0 { count += got } else if got == 0 || errno != EINTR { break }
        }
    }
}
