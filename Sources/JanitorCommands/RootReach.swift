// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel
internal import Storage

/// How the roots of a policy were found by one look at each.
struct RootReach {
    /// What stood in the way, each with what to do next.
    private(set) var problems: [String] = []
    private var texts: [StorageURL: String] = [:]
    /// The readers of places whose store answered.
    private var readers: [StorageURL: any StorageReader] = [:]

    /// Looks at roots, many in one call where a store wants that.
    init(_ places: [StorageURL], _ backends: Backends) {
        for shared in SharedReader.all(of: places, backends.reader(for:)) {
            let group = shared.positions.map { places[$0] }
            guard let reader = shared.reader else {
                problems += group.map { CommandFailure.noBackend(for: $0).message }
                continue
            }
            for (place, result) in zip(group, reader.subdirectories(ofEach: group)) {
                take(result, of: place, reader)
            }
        }
    }

    private mutating func take(
        _ result: Result<[ObjectName], StorageError>,
        of place: StorageURL,
        _ reader: any StorageReader
    ) {
        switch result {
        case .success:
            texts[place] = "reached"
            readers[place] = reader
        case .failure(let error) where error.reason == .notFound:
            texts[place] = "not there (right for a job that never wrote)"
            readers[place] = reader
        case .failure(let error):
            problems.append(error.withHint)
            texts[place] = "cannot be read"
        }
    }

    /// What is said of a root.
    func text(of root: StorageURL) -> String { texts[root] ?? "cannot be reached" }

    /// Whether what goes from a root can be brought back, as far as its store was reached.
    func undo(at root: StorageURL, for trash: RetentionDuration) -> String {
        if trash.amount == 0 { return UndoPromise.text(for: nil, limit: nil) }
        guard let reader = readers[root] else { return UndoPromise.unknown }
        switch reader.trash(at: root) {
        case .kept: return UndoPromise.text(for: trash.description, limit: reader.trashLimit)
        case .absent: return UndoPromise.text(for: nil, limit: nil)
        case .unknown: return UndoPromise.unknown
        }
    }

    /// Stores of which the policy wants an undo that they do not have, or of which that is not known;
    /// each once.
    func warnings(_ roster: JobRoster) -> [String] {
        var warnings: [StorageURL: String] = [:]
        for root in roster.roots {
            let isWanted = root.jobs.contains { roster.jobs[$0].settings.trash.amount > 0 }
            guard isWanted, let reader = readers[root.place] else { continue }
            let place = root.place
            let store = StorageURL(scheme: place.scheme, authority: place.authority, path: "/")
            switch reader.trash(at: place) {
            case .kept: break
            case .absent:
                warnings[store] =
                    "\(store): what goes there is gone for good, whatever \"trash\" says: the bucket keeps "
                    + "no versions (janitor help stores)"
            case .unknown(let error):
                warnings[store] =
                    "nothing goes from \(store), since \"trash\" wants an undo: \(error.withHint)"
            }
        }
        return warnings.sorted { $0.key < $1.key }.map(\.value)
    }
}
