// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel

/// Excludes other processes of this machine, for stores that cannot; free when its process ends.
final class MachineLock: Sendable {
    private let descriptor: Int32

    /// Takes it; nil where another process holds it or no file can be made.
    init?(_ root: StorageURL, in directory: String) {
        var sum = Checksum128()
        root.path.bytes.withUnsafeBytes { sum.add($0) }
        Array("\(root.authority)".utf8).withUnsafeBytes { sum.add($0) }
        let path = "\(directory)/janitor-lock-\(sum)"
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        let number = open(path, flags, 0o666)
        guard number >= 0 else { return nil }
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            close(number)
            return nil
        }
        descriptor = number
    }

    deinit {
        close(descriptor)
    }
}
