// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Execution
internal import Foundation
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel
internal import Storage

/// Looks at a savepoint that Flink says is there.
struct SavepointProof {
    private let policy: JanitorPolicy
    private let backends: Backends
    private let settings: JobSettings
    private let roots: [ScanRoot]
    private let now: Instant

    /// Makes a proof for savepoints of a session's job.
    init(_ session: SavepointSession) {
        policy = session.policy
        backends = session.backends
        settings = session.job.settings
        roots = session.roster.roots
        now = session.now
    }

    /// Where a path of Flink's is, after the policy's aliases; nil where it is no place.
    func place(of location: String) -> StorageURL? {
        guard let url = StorageURL(parsing: ObjectName(location)) else { return nil }
        return policy.aliases.resolve(url)
    }

    /// The savepoint as it is in its store; nil where there is none.
    ///
    /// Most savepoints hold all that they need, and looking at their own directory proves it; one
    /// that references others is looked at together with every root of the policy.
    func snapshot(at place: StorageURL) -> Snapshot? {
        let own = look(at: [ScanRoot(place: place, job: nil, role: .alsoRead)], for: place)
        guard let own, own.isClosed == nil else { return own }
        return look(at: roots, for: place) ?? own
    }

    private func look(at roots: [ScanRoot], for place: StorageURL) -> Snapshot? {
        StorageScanner(roots: roots, aliases: policy.aliases, readerFor: backends.reader(for:))
            .scan().snapshots.first { $0.place == place && $0.trashRun == nil }
    }

    /// Why a savepoint counts for nothing, for people.
    func fault(of snapshot: Snapshot?) -> String {
        guard let snapshot else { return "there is nothing" }
        switch snapshot.state {
        case .unreadable(let why): return "its metadata cannot be read: \(why)"
        case .complete: break
        default: return "it has no metadata that read"
        }
        if let missing = snapshot.missing.first {
            let files = Counted.text(snapshot.missing.count, "file")
            return "\(files) missing or short, \"\(missing.place)\" first"
        }
        if let unknown = snapshot.unknown.first {
            return "whether \"\(unknown.place)\" is there cannot be known"
        }
        return "it cannot be known"
    }

    /// Puts a label on it.
    func label(_ place: StorageURL, _ name: ObjectName) throws(LabelError) {
        try LabelWriter(backends: backends).set(
            name,
            on: place,
            quietFor: settings.quietFor,
            calendar: policy.calendar,
            now: now
        )
    }
}
