// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Looks at a store; cannot change anything in it.
///
/// Shaped for stores that cost a process a call: many roots are listed and many objects read in
/// one call.
public protocol StorageReader: Sendable {
    /// The step between two modification times that the store can tell apart, in nanoseconds.
    var timeResolution: Int64 { get }

    /// How many calls at a time make the work go faster; 1 for stores of which each call costs a
    /// process.
    var parallelCalls: Int { get }

    /// Tells whether this reader, in the same calls, serves another place too.
    ///
    /// Stores that cost a process a call are asked about many places at once.
    ///
    /// - Parameter place: A place for which another reader may be had.
    /// - Returns: False where another reader has to be asked for.
    func serves(_ place: StorageURL) -> Bool

    /// Whether what was moved to the trash lies where only the remover finds it, not below its root.
    var hasTrashElsewhere: Bool { get }

    /// Whether what lies in the trash can be looked at there, below `.janitor-trash` in its root as
    /// listings show it; else the remover alone can tell whether it is what was moved.
    var showsTrash: Bool { get }

    /// Tells whether what goes from a root can be brought back.
    ///
    /// - Parameter root: A place that this reader serves.
    /// - Returns: What the store says of it.
    func trash(at root: StorageURL) -> RootTrash

    /// What of the store's own may end its trash before the time that was asked for, and nobody can
    /// look up; nil where nothing does.
    var trashLimit: String? { get }

    /// Sums what was deleted or written over below a root and is still kept, as an old version.
    ///
    /// - Parameter root: A place that this reader serves.
    /// - Returns: How many there are and their bytes; nil in a store, or a bucket, that keeps none.
    /// - Throws: `StorageError` where that is not known.
    func oldVersions(below root: StorageURL) throws(StorageError) -> (count: Int, bytes: Int64)?

    /// Names what of a run's in the trash nothing tells of any more, so that it can neither protect
    /// nor be brought back.
    ///
    /// - Parameters:
    ///   - places: Where things were that the run moved to the trash.
    ///   - run: The run's name.
    ///   - root: The root that all of them lay under.
    /// - Returns: Those of which nothing can be known for good.
    /// - Throws: `StorageError` where it is not known now.
    func placesWithoutRecord(
        _ places: [StorageURL],
        of run: ObjectName,
        below root: StorageURL
    ) throws(StorageError) -> [StorageURL]

    /// Names runs of which listings showed something written down below a root, and nothing in the trash:
    /// whoever took the last of it from there was cut off before he forgot that.
    ///
    /// - Parameter root: A place that this reader serves.
    /// - Returns: Names of runs whose journals this machine has, as far as it was listed.
    func runsWithoutTrash(below root: StorageURL) -> Set<ObjectName>

    /// Lists everything below roots, without following symbolic links.
    ///
    /// - Parameters:
    ///   - roots: Places in this store, none inside another.
    ///   - sink: Gets every entry, the roots themselves too.
    /// - Returns: How each root's listing ended, in the order of `roots`.
    func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome]

    /// Says that places will be listed again right after the next listing of all that holds them.
    ///
    /// - Parameter places: Places that this reader serves; what it was told before is forgotten.
    func expect(_ places: [StorageURL])

    /// Names the entries directly in a directory, those that are directories themselves.
    ///
    /// - Parameter directory: A place in this store.
    /// - Returns: Base names, sorted by bytes; symbolic links are left out.
    /// - Throws: `notFound` where there is no such directory; others where it cannot be read whole.
    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName]

    /// Names the directories directly in each of many directories.
    ///
    /// - Parameter directories: Places that this reader serves.
    /// - Returns: For each what `subdirectories(of:)` of it alone gives or throws.
    func subdirectories(
        ofEach directories: [StorageURL]
    ) -> [Result<[ObjectName], StorageError>]

    /// Names the entries directly in a directory that are symbolic links.
    ///
    /// - Parameter directory: A place in this store.
    /// - Returns: Base names, sorted by bytes; empty in a store that has no links.
    /// - Throws: As `subdirectories(of:)` does.
    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName]

    /// Finds out where symbolic links lead; what lies there is neither listed nor read.
    ///
    /// - Parameter links: Places of links in this store; links in their own paths are not followed.
    /// - Returns: For each where it leads, or why that cannot be known; `notFound` where there is no
    ///   such link any more.
    func linkTargets(of links: [StorageURL]) -> [Result<LinkTarget, StorageError>]

    /// Opens objects and hands each to a closure, in order.
    ///
    /// - Parameters:
    ///   - objects: Places of files in this store; links in their paths are not followed.
    ///   - receive: Gets the position in `objects` and the bytes, or why they cannot be read.
    func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    )

    /// Looks at single objects, without following symbolic links.
    ///
    /// - Parameter objects: Places in this store, of files or directories.
    /// - Returns: For each what is there; nil where the store says that nothing is.
    func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>]
}

extension StorageReader {
    /// The trash is a directory below the root.
    public var hasTrashElsewhere: Bool { false }

    /// What was moved lies there as it was.
    public var showsTrash: Bool { true }

    /// A store in which things can be moved has a trash.
    public func trash(at root: StorageURL) -> RootTrash { .kept }

    /// Nothing: what is in the trash lies there until somebody takes it out.
    public var trashLimit: String? { nil }

    /// Nothing is written down but in journals.
    public func runsWithoutTrash(below root: StorageURL) -> Set<ObjectName> { [] }

    /// A store that keeps none.
    public func oldVersions(
        below root: StorageURL
    ) throws(StorageError) -> (count: Int, bytes: Int64)? { nil }

    /// None: what lies in the trash is there to be seen.
    public func placesWithoutRecord(
        _ places: [StorageURL],
        of run: ObjectName,
        below root: StorageURL
    ) throws(StorageError) -> [StorageURL] { [] }

    /// Nothing has to be kept: calls are cheap.
    public func expect(_ places: [StorageURL]) {}

    /// No other place: calls are cheap.
    public func serves(_ place: StorageURL) -> Bool { false }

    /// One after the other.
    public func subdirectories(
        ofEach directories: [StorageURL]
    ) -> [Result<[ObjectName], StorageError>] {
        directories.map { directory in
            Result { () throws(StorageError) in try subdirectories(of: directory) }
        }
    }
}
