// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import Policy
internal import SnapshotModel
internal import Storage

/// Finds out which listed file a reference means.
///
/// References of one snapshot lead to few directories: what a directory's text means is worked
/// out once and remembered.
struct ReferenceResolver {
    /// What the directory part of a reference leads to.
    enum Holder {
        case directory(DirectoryID)
        case missing
        case unknown(UnknownReference.Cause)
    }

    private let table: ObjectTable
    private let outcomes: [ListingOutcome]
    private let aliases: [PathAlias]
    private let roots: RootSet
    private var remembered: [HolderKey: (Holder, StorageURL)] = [:]

    /// The last text that led to a directory: references come in runs.
    private var last: (text: [UInt8], store: Int, directory: DirectoryID)?

    private struct HolderKey: Hashable {
        let text: ArraySlice<UInt8>
        let store: Int
    }

    /// Makes a resolver over finished listings.
    ///
    /// - Parameters:
    ///   - table: The listed names.
    ///   - outcomes: How the listing of each of the table's roots ended.
    ///   - aliases: The policy's; the longest that matches wins.
    init(table: ObjectTable, outcomes: [ListingOutcome], aliases: [PathAlias]) {
        self.table = table
        self.outcomes = outcomes
        roots = RootSet(outermostOf: table.roots)
        self.aliases = aliases.sorted { $0.written.path.bytes.count > $1.written.path.bytes.count }
    }

    /// The directory that an absolute path text leads into, and its place.
    ///
    /// - Parameters:
    ///   - text: Normalised path text up to, not including, the last slash.
    ///   - root: The number of the listed root that the metadata lie under.
    /// - Returns: The directory where one was listed, and the place that the text names.
    mutating func holder(
        of text: ArraySlice<UInt8>,
        metadataRoot root: Int
    ) -> (Holder, StorageURL) {
        let key = HolderKey(text: text, store: root)
        if let known = remembered[key] { return known }
        let found = find(text, metadataRoot: root)
        if remembered.count > 4096 { remembered.removeAll(keepingCapacity: true) }
        remembered[key] = found
        return found
    }

    /// The listed directory that an absolute path text leads into; nil where it leads into none.
    mutating func directory(
        of text: UnsafeRawBufferPointer,
        metadataRoot root: Int
    ) -> DirectoryID? {
        if let last, last.store == root, text.hasSameBytes(as: last.text) {
            return last.directory
        }
        let bytes = Array(text)
        guard case .directory(let directory) = holder(of: bytes[...], metadataRoot: root).0 else {
            return nil
        }
        last = (bytes, root, directory)
        return directory
    }

    /// The directory at a path below another one.
    func holder(below directory: DirectoryID, path: ObjectName) -> (Holder, StorageURL) {
        locate(table.place(ofDirectory: directory).appending(path))
    }

    private func find(
        _ text: ArraySlice<UInt8>,
        metadataRoot root: Int
    ) -> (Holder, StorageURL) {
        // The directory of `file:/x` is the store's top: an empty path stands for it.
        let own = table.roots[root]
        guard
            let written = StorageURL(parsing: ObjectName(text.isEmpty ? [0x2F] : Array(text)))
        else {
            return (.unknown(.noRoot), StorageURL(scheme: nil, path: ObjectName(text)))
        }
        for alias in aliases where Self.matches(written, alias.written) {
            guard let actual = alias.actual else { return (.missing, written) }
            let below = written.path.bytes.dropFirst(
                alias.written.path.bytes.count == 1 ? 0 : alias.written.path.bytes.count
            )
            return locate(actual.appending(ObjectName(below)))
        }
        if written.scheme == nil
            || (written.authority.isEmpty && own.schemeFamily == written.scheme)
        {
            // `hdfs:/x` means the store its metadata lie on, before anything else.
            let here = StorageURL(
                scheme: own.scheme,
                authority: own.authority,
                path: written.path
            )
            return locate(here)
        }
        return locate(written)
    }

    private static func matches(_ url: StorageURL, _ alias: StorageURL) -> Bool {
        url.path(below: alias) != nil
    }

    private func locate(_ place: StorageURL) -> (Holder, StorageURL) {
        guard let number = roots.index(holding: place),
            let below = place.path(below: roots.places[number])
        else { return (.unknown(.noRoot), place) }
        switch table.target(of: below, below: number) {
        case .directory(let directory): return (.directory(directory), place)
        case .notFollowed(let directory, let name):
            let link = table.place(ofDirectory: directory).appending(name)
            return (.unknown(.symbolicLink(link)), place)
        case .file, .nothing:
            if case .incomplete = outcomes[number] {
                return (.unknown(.incompleteListing), place)
            }
            return (.missing, place)
        }
    }

    /// What a name in a directory is: a file, or why it is none.
    func file(
        named name: ObjectName,
        in directory: DirectoryID
    ) -> Result<FileID, UnknownOrAbsent> {
        let found = name.bytes.withUnsafeBytes { table.file(in: directory, named: $0) }
        if let found { return .success(found) }
        if table.specials[directory]?[name] != nil {
            return .failure(
                .unknown(.symbolicLink(table.place(ofDirectory: directory).appending(name)))
            )
        }
        if case .incomplete = outcomes[table.root(of: directory)] {
            return .failure(.unknown(.incompleteListing))
        }
        return .failure(.absent)
    }

    /// Why a name leads to no file.
    enum UnknownOrAbsent: Error {
        case absent
        case unknown(UnknownReference.Cause)
    }
}
