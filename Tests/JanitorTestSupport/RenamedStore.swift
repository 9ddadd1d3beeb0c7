// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// A tree that a reader serves, under a name of another store, so that policies of any scheme can be
/// planned for without a client.
public struct RenamedStore<Reader: StorageReader>: StorageReader {
    private let reader: Reader
    private let name: StorageURL
    private let place: StorageURL

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - name: What the tree's top is called.
    ///   - place: Where it is.
    ///   - reader: What serves that place.
    public init(_ name: StorageURL, at place: StorageURL, servedBy reader: Reader) {
        self.name = name
        self.place = place
        self.reader = reader
    }

    /// What the reader under it can tell apart.
    public var timeResolution: Int64 { reader.timeResolution }

    /// Lists the tree's directories of these names.
    public func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome] {
        reader.list(roots.map(actual), into: &sink)
    }

    /// Names the directories in one of these names.
    public func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try reader.subdirectories(of: actual(directory))
    }

    /// Names the links in a directory of this name.
    public func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] {
        try reader.symbolicLinks(in: actual(directory))
    }

    /// Finds out where links of these names lead.
    public func linkTargets(of links: [StorageURL]) -> [Result<LinkTarget, StorageError>] {
        reader.linkTargets(of: links.map(actual))
    }

    /// Opens files of these names.
    public func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        reader.read(objects.map(actual), receive)
    }

    /// Looks at files and directories of these names.
    public func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        reader.status(of: objects.map(actual))
    }

    /// Where something of a name is; the name itself where it is none of the tree's.
    private func actual(_ named: StorageURL) -> StorageURL {
        named.path(below: name).map { $0.bytes.isEmpty ? place : place.appending($0) } ?? named
    }
}
