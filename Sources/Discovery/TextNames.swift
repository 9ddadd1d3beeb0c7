// SPDX-License-Identifier: Apache-2.0

public import FlinkMetadata
public import SnapshotModel
public import Storage

/// The names in a file that is not read as metadata but in which a name protects.
///
/// Source: a high-availability store keeps `completedCheckpoint…` files, Java-serialised objects
/// that name every file of a checkpoint as text (`DefaultCompletedCheckpointStore`).
public struct TextNames: Sendable {
    /// The file.
    public let place: StorageURL
    /// What it names; empty where it could not be read.
    public let names: FoundNames
    /// Why it could not be read; nil where it was.
    public let error: StorageError?

    /// Reads files as text.
    ///
    /// - Parameters:
    ///   - files: What is read.
    ///   - reader: What reads it; nil where there is no backend for the files.
    ///   - snapshots: Snapshots of which the text may name the directories.
    /// - Returns: What each file names, or why it could not be read.
    static func read(
        _ files: [StorageURL],
        with reader: (any StorageReader)?,
        naming snapshots: [Snapshot]
    ) -> [TextNames] {
        guard let reader else { return [] }
        let directories = Set(snapshots.map(\.place.path.last).filter(Self.isOwn))
        var texts: [TextNames] = []
        reader.read(files) { index, result in
            let place = files[index]
            switch consume result {
            case .success(var source):
                do throws(ByteSourceError) {
                    let names = try NameScanner.scan(&source, lookingFor: directories)
                    texts.append(TextNames(place: place, names: names, error: nil))
                } catch {
                    texts.append(
                        failure(
                            StorageError(
                                .failed,
                                action: "read",
                                place: place,
                                detail: error.description
                            )
                        )
                    )
                }
            case .failure(let error):
                texts.append(failure(error))
            }
        }
        return texts
    }

    private static func failure(_ error: StorageError) -> TextNames {
        TextNames(place: error.place, names: FoundNames(), error: error)
    }

    /// Tells whether the text names a snapshot's directory.
    ///
    /// A checkpoint is named by its number and the directory that it lies in, a savepoint by its name
    /// alone, which is random or was given by a user.
    public func isNaming(_ snapshot: Snapshot) -> Bool {
        let name = snapshot.place.path.last
        if names.savepoints.contains(name) || names.directories.contains(name) { return true }
        if names.checkpoints.isEmpty { return false }
        let parts = snapshot.place.path.components.suffix(2)
        return names.checkpoints.contains(
            ObjectName(parts.map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
        )
    }

    /// Whether a user gave a directory its name: it has to be looked for to be found in a text.
    private static func isOwn(_ name: ObjectName) -> Bool {
        FlinkNames.savepointDigits(name) == nil && FlinkNames.checkpointNumber(name) == nil
    }
}
