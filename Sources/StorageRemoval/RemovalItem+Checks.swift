// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// The directory below a root that holds what was moved out of the way.
let trashName: ObjectName = ".janitor-trash"

extension RemovalItem {
    /// Which of the janitor's own names an action may touch.
    enum OwnNames {
        /// None: what begins with `.janitor-` is refused.
        case none
        /// What lies in the trash.
        case inTrash
        /// The trash and what lies in it.
        case trash
    }

    /// The components of the path, ready for system calls.
    ///
    /// - Throws: `unusableName` for an empty path, for one that no entry can have, and for the
    ///   janitor's own names.
    func names(allowing own: OwnNames, action: String) throws(StorageError) -> [CName] {
        let parts = path.components
        guard let first = parts.first else {
            let detail = "the root itself is never taken away"
            throw StorageError(.unusableName, action: action, place: place, detail: detail)
        }
        if first.bytes.starts(with: ".janitor-".utf8) {
            let allowed =
                switch own {
                case .none: false
                case .inTrash: first == trashName && parts.count > 1
                case .trash: first == trashName
                }
            guard allowed else {
                let detail = "it is the janitor's own"
                throw StorageError(.unusableName, action: action, place: place, detail: detail)
            }
        }
        return try localComponents(of: path, action: action, place: place)
    }

    /// Tells why an object is not the expected one.
    ///
    /// A file that lies where it was found has to be untouched too, by the time its inode changed:
    /// the number of an inode is soon used again. Directories change with what is in them, and
    /// renaming changes anything, so elsewhere the number has to do.
    ///
    /// - Parameters:
    ///   - status: What lies there.
    ///   - untouched: Whether a file must not have changed at all.
    ///   - action: What is being done, for the error.
    /// - Returns: Nil where it is the expected one.
    func mismatch(with status: FileStatus, untouched: Bool, action: String) -> StorageError? {
        var detail: String?
        if status.kind != kind {
            detail = "it is a \(status.kind) now and was a \(kind)"
        } else if identity != .none {
            let found = status.identity
            if !found.isSameObject(as: identity) {
                detail = "another \(kind) stands in its place"
            } else if untouched, kind == .file, identity.changed != ObjectIdentity.none.changed,
                found.changed != identity.changed
            {
                detail = "it was changed meanwhile"
            }
        }
        return detail.map { StorageError(.changed, action: action, place: place, detail: $0) }
    }
}
