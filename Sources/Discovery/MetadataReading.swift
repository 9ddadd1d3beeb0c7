// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import Foundation
internal import SnapshotModel
internal import Storage
internal import Synchronization

/// A metadata file as it was listed.
struct ListedMetadata: Sendable {
    let place: StorageURL
    /// In bytes; nil where there is no file.
    let length: Int64?
    let modified: Instant
}

/// What reading one metadata file came to.
enum ReadMetadata: Sendable {
    /// It reads; a file cut off in its last part still says what it references.
    case read(RememberedMetadata, isUnderstoodToTheEnd: Bool, trailingBytes: Int64)
    /// It is another file than was listed.
    case changed
    /// It does not read; why.
    case unreadable(String)
    /// The store did not give it.
    case failed(StorageError)
}

/// Reads many metadata files, on a thread of its own where they are not few.
///
/// One thread opens and reads while the caller's follows the references of those before: the two
/// take about as long. No more is held than two batches besides the one in hand.
struct MetadataReading: Sendable {
    private typealias Batch = [(index: Int, outcome: ReadMetadata)]

    /// For fewer files no thread is begun.
    private static let few = 16
    private static let filesOfBatch = 64
    private static let bytesOfBatch = 1 << 20

    let files: [ListedMetadata]
    let reader: any StorageReader

    /// Calls a closure on the caller's thread with what each file came to, as they come.
    func forEach(_ body: (Int, ReadMetadata) -> Void) {
        guard files.count > Self.few else { return read(body) }
        let line = WaitingLine<Batch>(room: 2)
        Thread.detachNewThread {
            var batch: Batch = []
            var bytes = 0
            read { index, outcome in
                batch.append((index, outcome))
                bytes += outcome.byteCount
                if batch.count < Self.filesOfBatch, bytes < Self.bytesOfBatch { return }
                line.put(batch)
                batch = []
                bytes = 0
            }
            line.put(batch)
            line.put(nil)
        }
        while let batch = line.take() {
            for (index, outcome) in batch { body(index, outcome) }
        }
    }

    private func read(_ body: (Int, ReadMetadata) -> Void) {
        reader.read(files.map(\.place)) { index, result in
            switch consume result {
            case .failure(let error): body(index, .failed(error))
            case .success(var source): body(index, Self.parse(&source, files[index]))
            }
        }
    }

    private static func parse(
        _ source: inout FileByteSource,
        _ listed: ListedMetadata
    ) -> ReadMetadata {
        guard source.length == listed.length, source.modified == listed.modified else {
            return .changed
        }
        do {
            let metadata = try MetadataReader.read(&source)
            return .read(
                RememberedMetadata(metadata),
                isUnderstoodToTheEnd: metadata.isUnderstoodToTheEnd,
                trailingBytes: metadata.trailingBytes
            )
        } catch {
            return .unreadable("\(error)")
        }
    }
}

extension ReadMetadata {
    /// About how many bytes it holds.
    fileprivate var byteCount: Int {
        guard case .read(let metadata, _, _) = self else { return 0 }
        return metadata.paths.texts.count + 64 * metadata.paths.count
    }
}

/// Things that one thread makes and another one takes in the same order, a bounded number ahead.
private final class WaitingLine<Item: Sendable>: Sendable {
    private let items = Mutex<[Item?]>([])
    private let room: DispatchSemaphore
    private let filled = DispatchSemaphore(value: 0)

    init(room: Int) {
        self.room = DispatchSemaphore(value: room)
    }

    /// Adds a thing, or nil behind the last one; waits while there is no room.
    func put(_ item: Item?) {
        room.wait()
        items.withLock { $0.append(item) }
        filled.signal()
    }

    /// Takes the next thing, nil behind the last one; waits for it.
    func take() -> Item? {
        filled.wait()
        defer { room.signal() }
        return items.withLock { $0.removeFirst() }
    }
}
