// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SnapshotModel

extension StorageError {
    /// Classifies a failed system call on a local place.
    ///
    /// - Parameters:
    ///   - number: The value of `errno`.
    ///   - action: What was being done, as a verb.
    ///   - place: What it was done to.
    package init(errno number: Int32, action: String, place: StorageURL) {
        let reason: Reason =
            switch number {
            case ENOENT: .notFound
            case EACCES, EPERM, EROFS: .denied
            case ESTALE, ELOOP, ENOTDIR, EISDIR: .changed
            case EEXIST, ENOTEMPTY: .alreadyExists
            case EXDEV: .otherFileSystem
            case ENAMETOOLONG, EILSEQ: .unusableName
            case ENOSPC, EDQUOT: .full
            default: .failed
            }
        let detail =
            number == EXDEV
            ? "it lies on another file system than its root" : systemMessage(number)
        self.init(reason, action: action, place: place, detail: detail)
    }
}
