// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Dispatch
internal import Planning
internal import SnapshotModel
internal import Storage
internal import StorageRemoval
internal import Synchronization

/// A directory that has to be just what was seen there before when it goes.
struct ProbedDirectory {
    let place: StorageURL
    let identity: ObjectIdentity
    /// Nil where nobody wrote it down.
    let contents: ContentsDigest?
    let metadataLength: Int64?
    /// What is said where it is another one.
    private let changed: String

    /// A snapshot as a plan saw it.
    init(_ snapshot: PlannedSnapshot) {
        place = snapshot.place
        identity = snapshot.identity
        contents = snapshot.contents
        metadataLength = snapshot.metadataLength
        changed = "what lies in it changed since the plan was made"
    }

    /// A snapshot in the trash as the run that moved it there saw it.
    init(_ trashed: TrashedItem) {
        let record = trashed.item.record
        place = trashed.placeInTrash
        identity = trashed.itemInTrash.identity
        contents = record.count.flatMap { count in
            record.sum.map { ContentsDigest(count: count, sum: $0) }
        }
        metadataLength = nil
        changed = "it is not what was moved into the trash"
    }

    func answer(_ result: Result<DirectoryProbe?, StorageError>) -> StepCheck.Answer {
        switch result {
        case .failure(let error): return .stays("left \"\(place)\": \(error.detail)")
        case .success(nil): return .isGone
        case .success(let found?):
            guard found.identity.isSameObject(as: identity) else {
                return .stays("left \"\(place)\": another directory was put in its place")
            }
            // The digest holds the length of `_metadata` too.
            guard found.contents == contents ?? found.contents,
                metadataLength == nil || found.metadataLength == metadataLength
            else { return .stays("left \"\(place)\": \(changed)") }
            return .goes(identity)
        }
    }
}

extension StepCheck {
    /// Looks at directories: those of one store in as few calls as it likes.
    func look(at directories: [ProbedDirectory]) -> [Answer] {
        var answers = [Answer?](repeating: nil, count: directories.count)
        for positions in groupedByStore(directories.map(\.place)) {
            let places = positions.map { directories[$0].place }
            guard let reader = readerFor(places[0]) else { continue }
            for (position, result) in zip(positions, Self.probe(places, with: reader)) {
                answers[position] = directories[position].answer(result)
            }
        }
        return zip(directories, answers).map { directory, answer in
            answer ?? .stays("left \"\(directory.place)\": no backend for it")
        }
    }

    private static func probe(
        _ places: [StorageURL],
        with reader: any StorageReader
    ) -> [Result<DirectoryProbe?, StorageError>] {
        // A few directories are not worth a thread.
        let parts = min(reader.parallelCalls, places.count / 8)
        guard parts > 1 else { return DirectoryProbe.probe(places, with: reader) }
        let found = Mutex<[Int: [Result<DirectoryProbe?, StorageError>]]>([:])
        let size = (places.count + parts - 1) / parts
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let own = Array(places.dropFirst(part * size).prefix(size))
            let results = DirectoryProbe.probe(own, with: reader)
            found.withLock { $0[part] = results }
        }
        return found.withLock { found in (0..<parts).flatMap { found[$0] ?? [] } }
    }
}
