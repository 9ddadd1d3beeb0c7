// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Storage

/// Excludes other processes of this machine, for stores that cannot; free when its process ends.
final class MachineLock: Sendable {
    private let descriptor: Int32

    /// Takes it.
    ///
    /// - Parameters:
    ///   - root: What is locked.
    ///   - directory: Where the file lies that is locked for it.
    /// - Throws: `heldHere` where another process has it, `storage` where the file cannot be opened.
    init(_ root: StorageURL, in directory: String) throws(LockError) {
        var sum = Checksum128()
        root.path.bytes.withUnsafeBytes { sum.add($0) }
        Array("\(root.authority)".utf8).withUnsafeBytes { sum.add($0) }
        let path = "\(directory)/janitor-lock-\(sum)"
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        let number = open(path, flags, 0o666)
        guard number >= 0 else { throw Self.failure(root, path, errno) }
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            let problem = errno
            close(number)
            if problem == EWOULDBLOCK { throw .heldHere(at: root, file: path) }
            throw Self.failure(root, path, problem)
        }
        descriptor = number
    }

    private static func failure(_ root: StorageURL, _ file: String, _ problem: Int32) -> LockError {
        .storage(
            StorageError(
                problem == EACCES || problem == EPERM ? .denied : .failed,
                action: "lock",
                place: root,
                detail: "the file \"\(file)\", which keeps out other processes of this machine, "
                    + "cannot be opened: \(systemMessage(problem))",
                hint:
                    "if another user has left it there, have them remove it when no janitor is at "
                    + "work, or run as that user"
            )
        )
    }

    deinit {
        close(descriptor)
    }
}
