// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// Takes away and puts back; only the executor is ever handed one.
///
/// Every call does many items and answers for each, in their order. An item whose identity is not
/// the expected one is left and answered with `changed`. Nothing outside the item's root is ever
/// touched, whatever links are planted or swapped in meanwhile (law 6).
public protocol StorageRemover: Sendable {
    /// Tells whether a call costs a process, so that as many items as can be should share one.
    ///
    /// - Parameter root: The root that the items lie under.
    /// - Returns: False where many calls cost as much as one.
    func startsProcesses(at root: StorageURL) -> Bool

    /// Tells whether a directory goes object by object, many in one call: then moving to the trash is
    /// no atomic step either, and a second call goes on where the first was cut off.
    ///
    /// - Parameter root: The root that the items lie under.
    /// - Returns: False where a directory is moved or removed as one thing.
    func removesObjectByObject(at root: StorageURL) -> Bool

    /// Moves items into the trash of their roots, each in one atomic step.
    ///
    /// An item that has to be empty is removed, and the trash gets a directory that is like it;
    /// `alreadyExists` is answered where something lies in it.
    ///
    /// - Parameters:
    ///   - items: What to move.
    ///   - run: Name of the run; the trash keeps each run's items apart, at their paths below the
    ///     root: `<root>/.janitor-trash/<run>/<path>`.
    /// - Returns: For each item nothing, or why it is still where it was or not surely moved; a
    ///   second call for an item that was moved answers nothing.
    func moveToTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?]

    /// Tells where the store has put items, where it has a trash of its own.
    ///
    /// - Parameters:
    ///   - items: What was moved to the trash right before, or was just found there.
    ///   - run: Name of the run that moved them.
    /// - Returns: For each item its place there, as the store said it when it went; nil where that is
    ///   not known, or the trash is ours.
    func placesInTrash(of items: [RemovalItem], run: ObjectName) -> [StorageURL?]

    /// Moves items from the trash back to where they were, each in one atomic step.
    ///
    /// - Parameters:
    ///   - items: What to move back, with paths as before the move.
    ///   - run: Name of the run that moved them.
    /// - Returns: For each item nothing, or why it is still in the trash or not surely back;
    ///   `alreadyExists` where something stands at its old place; a second call for an item that is
    ///   back answers nothing.
    func restoreFromTrash(_ items: [RemovalItem], run: ObjectName) -> [StorageError?]

    /// Removes items for good; a directory's `_metadata` goes first (law 5).
    ///
    /// An item that has to be empty is removed only while nothing at all lies in it;
    /// `alreadyExists` is answered where something does.
    ///
    /// - Parameter items: What to remove; `notFound` is answered where it is gone already.
    /// - Returns: For each item nothing, or why something of it is still there.
    func remove(_ items: [RemovalItem]) -> [StorageError?]

    /// Removes directories that hold nothing but empty directories; never a file.
    ///
    /// Also for the trash of a root, at the path `.janitor-trash`, or of a run in it.
    ///
    /// - Parameter items: Directories; `notFound` is answered where one is gone already.
    /// - Returns: For each item nothing, or why it is still there: `alreadyExists` where something
    ///   lies in it.
    func removeEmptyDirectories(_ items: [RemovalItem]) -> [StorageError?]

    /// Makes an empty object where none is.
    ///
    /// - Parameter item: Its place; the directory that holds it exists, `identity` is that
    ///   directory's.
    /// - Throws: `alreadyExists` where something is there.
    func create(_ item: RemovalItem) throws(StorageError)

    /// Tells the times of the directories that moving items into the trash or out of it changes.
    ///
    /// A remover keeps these times itself; one that is cut off in between cannot.
    ///
    /// - Parameter items: What is to be moved.
    /// - Returns: The directories that are there, each once; none in a store whose directories have
    ///   no times of their own.
    func times(ofDirectoriesAbove items: [RemovalItem]) -> [DirectoryTime]

    /// Gives directories the times back that they had; those that are others now are passed over.
    func restore(_ times: [DirectoryTime])
}

extension StorageRemover {
    /// A store whose directories have no times of their own.
    public func times(ofDirectoriesAbove items: [RemovalItem]) -> [DirectoryTime] { [] }

    /// A store whose directories have no times of their own.
    public func restore(_ times: [DirectoryTime]) {}
}

extension StorageRemover {
    /// The trash is ours.
    public func placesInTrash(of items: [RemovalItem], run: ObjectName) -> [StorageURL?] {
        items.map { _ in nil }
    }

    /// A directory is one thing.
    public func removesObjectByObject(at root: StorageURL) -> Bool { false }

    /// Calls are cheap.
    public func startsProcesses(at root: StorageURL) -> Bool { false }
}
