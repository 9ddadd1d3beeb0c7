// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a symbolic link leads to, through every further link on its way.
///
/// Directories are told by their device and inode, so that a way through other links, `..` or a
/// second mount makes no difference.
public enum LinkTarget: Hashable, Sendable {
    /// A directory.
    case directory(ObjectIdentity)
    /// A regular file of a name in a directory.
    case file(ObjectName, in: ObjectIdentity)
    /// Nothing: a directory does not hold the next name on the way.
    case nothing(ObjectName, in: ObjectIdentity)
}

extension StorageReader {
    /// In a store whose links are not followed nobody knows where they lead.
    public func linkTargets(of links: [StorageURL]) -> [Result<LinkTarget, StorageError>] {
        links.map { link in
            .failure(
                StorageError(
                    .failed,
                    action: "follow",
                    place: link,
                    detail: "it is a symbolic link, which is not followed"
                )
            )
        }
    }
}
