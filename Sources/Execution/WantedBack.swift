// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// What runs that were cut off had moved to the trash in part, and is not moved there to the end:
/// it came back, or somebody asked for that.
struct WantedBack {
    /// What an undo asked for.
    struct Request {
        /// The run that is undone.
        let run: String
        /// What of it, with all below; empty for everything.
        let places: [StorageURL]
    }

    private var requests: [Request]
    private var fates: [String: [StorageURL: PastRun.Fate]] = [:]

    /// Notes what is wanted.
    ///
    /// - Parameters:
    ///   - history: All runs.
    ///   - open: Runs that are to be finished, undos among them.
    ///   - request: What the command at work brings back; nil for any other.
    init(_ history: [PastRun], _ open: [(String, JournalReader)], _ request: Request?) {
        requests = request.map { [$0] } ?? []
        for (_, journal) in open {
            if !journal.isFinished, let run = journal.begin?.of {
                let places = (journal.begin?.only ?? []).compactMap(\.url)
                requests.append(Request(run: run, places: places))
            }
            for step in journal.openSteps where step.action == .restore {
                for (item, result) in zip(step.items, step.results) {
                    guard result == nil || result?.outcome == .failed, let run = item.run,
                        let place = item.at.url
                    else { continue }
                    requests.append(Request(run: run, places: [place]))
                }
            }
        }
        for run in history {
            for item in run.items where item.action == .trash {
                if let fate = item.fate { fates[run.name, default: [:]][item.place] = fate }
            }
        }
    }

    /// Tells whether an undo asked for something of a run.
    func isAsked(_ place: StorageURL, of run: String) -> Bool {
        requests.contains { request in
            request.run == run
                && (request.places.isEmpty || request.places.contains { place.isIn($0) })
        }
    }

    /// What became of something of a run that is not the run's to finish any more; nil where it is.
    func end(of place: StorageURL, of run: String) -> String? {
        switch fates[run]?[place] {
        case .restored(let by): "it was brought back by \(by)"
        case .emptied(let by): "it was removed from the trash by \(by)"
        case .lost(let by): "it was given up by \(by)"
        case .inTrash, .half, nil: nil
        }
    }

    /// Who gave up something of a run of which nothing tells any more; nil where nobody did.
    func surrender(of place: StorageURL, of run: String) -> String? {
        guard case .lost = fates[run]?[place] else { return nil }
        return end(of: place, of: run)
    }
}
