// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel
public import Storage
internal import Synchronization

/// A file that calls are written down in, line after line; nobody else may read a new one.
///
/// A trace is an aid: a line that cannot be written is said once, and stops nothing.
public final class CommandTrace: Sendable {
    private let descriptor: Descriptor
    private let path: ObjectName
    private let complain: @Sendable (String) -> Void
    private let hasComplained = Atomic(false)

    /// Opens the file, and adds to one that is there.
    ///
    /// - Parameters:
    ///   - path: Absolute path of the file.
    ///   - complain: Gets a message when a line cannot be written, once.
    /// - Throws: `StorageError` where it cannot be opened.
    public init(
        path: ObjectName,
        complain: @escaping @Sendable (String) -> Void
    ) throws(StorageError) {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY
        let number = path.withCString { open($0, flags, 0o600) }
        guard number >= 0 else {
            throw StorageError(
                errno == EACCES || errno == EROFS ? .denied : .failed,
                action: "write",
                place: StorageURL(scheme: "file", path: path),
                detail: systemMessage(errno)
            )
        }
        descriptor = Descriptor(owning: number)
        self.path = path
        self.complain = complain
    }

    /// Adds a line in one piece, so that those of several threads do not mix.
    func write(_ line: [UInt8]) {
        let count = Glibc.write(descriptor.number, line, line.count)
        guard count != line.count else { return }
        let cause = count < 0 ? systemMessage(errno) : "no room for a whole line"
        if !hasComplained.exchange(true, ordering: .relaxed) {
            complain("cannot write the trace \"\(path)\": \(cause)")
        }
    }
}
