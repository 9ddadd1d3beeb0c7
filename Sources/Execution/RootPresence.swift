// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// Whether a root is there, so that what is not found in it is known not to be there (law 2).
///
/// A disk that is not mounted leaves no root, or the empty directory that it is mounted on. In other
/// stores nothing comes and goes with a disk.
enum RootPresence {
    /// Looks at a root.
    ///
    /// - Parameters:
    ///   - root: The root in which something was not found.
    ///   - device: The file system that directories in it were on; 0 where nobody knows. Of files,
    ///     overlayfs may tell another one.
    ///   - reader: The reader of the store.
    /// - Returns: Why nothing follows from it; nil where it is gone.
    static func doubt(
        of root: StorageURL,
        device: UInt64,
        _ reader: any StorageReader
    ) -> String? {
        guard root.schemeFamily == "file" else { return nil }
        switch reader.status(of: [root]).first {
        case .success(let found?)?:
            if found.kind != .directory { return "its root is a \(found.kind) now" }
            return device == 0 || found.identity.device == device
                ? nil : "its root lies on another file system now: is its disk mounted?"
        case .success(nil)?: return "its root is not there: is its disk mounted?"
        case .failure(let error)?: return error.detail
        case nil: return "its root cannot be looked at"
        }
    }
}
