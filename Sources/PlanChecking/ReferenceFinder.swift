// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel

/// What a place in metadata means, as the policy has it.
public struct WrittenAlias: Hashable, Sendable {
    /// As it stands in metadata.
    public let written: StorageURL
    /// Where it is; nil for a store that is known to be gone.
    public let actual: StorageURL?

    /// Makes an alias of its parts.
    public init(written: StorageURL, actual: StorageURL?) {
        self.written = written
        self.actual = actual
    }
}

/// Where a reference leads, worked out from its text alone.
///
/// Source: `Path` and `RelativeFileStateHandle` (Flink 2.3): a path without a scheme lies where
/// the default file system is, which is taken to be the store of the metadata.
struct ReferenceFinder {
    let aliases: [WrittenAlias]

    /// What a reference's text names.
    enum Named {
        /// A file in a store that may be looked at.
        case place(StorageURL)
        /// A file in a store that the policy knows to be gone.
        case gone(StorageURL)
        /// Nothing.
        case nothing
    }

    /// The place that a reference of the snapshot in a directory names.
    func place(of path: ReferencePath, in directory: StorageURL) -> Named {
        guard let named = path.url(relativeTo: directory) else { return .nothing }
        if path.isRelative { return .place(named) }
        let alias = aliases.filter { named.path(below: $0.written) != nil }
            .max { $0.written.path.bytes.count < $1.written.path.bytes.count }
        if let alias, let below = named.path(below: alias.written) {
            guard let actual = alias.actual else { return .gone(named) }
            return .place(below.bytes.isEmpty ? actual : actual.appending(below))
        }
        let isOwnStore =
            named.scheme == nil
            || (named.authority.isEmpty && named.scheme == directory.schemeFamily)
        guard isOwnStore else { return .place(named) }
        return .place(
            StorageURL(
                scheme: directory.scheme,
                authority: directory.authority,
                path: named.path
            )
        )
    }
}
