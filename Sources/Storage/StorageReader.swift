// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Looks at a store; cannot change anything in it.
///
/// Shaped for stores that cost a process a call: many roots are listed and many objects read in
/// one call.
public protocol StorageReader: Sendable {
    /// The step between two modification times that the store can tell apart, in nanoseconds.
    var timeResolution: Int64 { get }

    /// Lists everything below roots, without following symbolic links.
    ///
    /// - Parameters:
    ///   - roots: Places in this store, none inside another.
    ///   - sink: Gets every entry, the roots themselves too.
    /// - Returns: How each root's listing ended, in the order of `roots`.
    func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome]

    /// Names the entries directly in a directory, those that are directories themselves.
    ///
    /// - Parameter directory: A place in this store.
    /// - Returns: Base names, sorted by bytes; symbolic links are left out.
    /// - Throws: `notFound` where there is no such directory; others where it cannot be read whole.
    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName]

    /// Names the entries directly in a directory that are symbolic links.
    ///
    /// - Parameter directory: A place in this store.
    /// - Returns: Base names, sorted by bytes; empty in a store that has no links.
    /// - Throws: As `subdirectories(of:)` does.
    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName]

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
