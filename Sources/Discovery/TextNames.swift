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
    static func read(_ files: [StorageURL], with reader: (any StorageReader)?) -> [TextNames] {
        guard let reader else { return [] }
        var texts: [TextNames] = []
        reader.read(files) { index, result in
            let place = files[index]
            switch consume result {
            case .success(var source):
                do throws(ByteSourceError) {
                    let names = try NameScanner.scan(&source)
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

    /// Tells whether the text names a snapshot's directory, or a file in it by its base name.
    public func isNaming(_ snapshot: Snapshot) -> Bool {
        let parts = snapshot.place.path.components.suffix(2)
        let tail = ObjectName(parts.map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
        return names.savepoints.contains(snapshot.place.path.last)
            || names.checkpoints.contains(tail)
    }
}
