// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel

/// The keys of a plan's JSON that a check compares with storage.
///
/// Read here once more, from the bytes: the check takes nothing from the code that made the plan.
struct CheckedDocument: Decodable {
    struct Snapshot: Decodable {
        struct References: Decodable {
            let checked: Int
            let found: Int
        }

        let path: String
        let pathBytes: Data?
        let job: String
        let complete: Bool
        let closed: Bool?
        let missing: [String]
        let missingBytes: [Data?]?
        let verdict: String
        let references: References
    }

    struct Object: Decodable {
        let path: String
        let pathBytes: Data?
        let verdict: String
    }

    struct Root: Decodable {
        let path: String
        let pathBytes: Data?
        let job: String?
        /// Where several jobs share the root.
        let jobs: [String]?

        var isOnlyRead: Bool { job == nil && (jobs ?? []).isEmpty }
    }

    struct Totals: Decodable {
        struct Total: Decodable {
            let count: Int
        }

        let snapshots: Int
        let keep: Total
        let condemn: Total
        let leave: Total
    }

    let format: Int
    let snapshots: [Snapshot]
    let objects: [Object]
    let roots: [Root]
    let totals: Totals
}

/// A snapshot as the plan has it.
struct ClaimedSnapshot {
    let place: StorageURL
    let isCondemned: Bool
    let isComplete: Bool
    let isClosed: Bool?
    let missing: Set<StorageURL>
    let checked: Int
    let found: Int
}

/// What a plan says, as far as it can be compared with storage.
struct ClaimedPlan {
    private(set) var snapshots: [ClaimedSnapshot] = []
    /// Files and directories outside snapshots that are to go.
    private(set) var condemnedObjects: [StorageURL] = []
    /// The roots, and whether anything may be taken from each.
    private(set) var roots: [StorageURL: Bool] = [:]

    /// Takes a plan apart.
    ///
    /// - Throws: `PlanProblem` where it contradicts itself.
    init(_ document: CheckedDocument) throws(PlanProblem) {
        for root in document.roots {
            let place = try Self.place(root.path, root.pathBytes)
            roots[place] = (roots[place] ?? false) || !root.isOnlyRead
        }
        var counts: [String: Int] = [:]
        for snapshot in document.snapshots {
            counts[snapshot.verdict, default: 0] += 1
            snapshots.append(try Self.snapshot(snapshot))
        }
        let totals = document.totals
        guard totals.snapshots == document.snapshots.count,
            counts["keep", default: 0] == totals.keep.count,
            counts["condemn", default: 0] == totals.condemn.count,
            counts["leave", default: 0] == totals.leave.count
        else { throw PlanProblem(.totals(document.snapshots.count, said: totals.snapshots)) }
        for object in document.objects where object.verdict == "condemn" {
            condemnedObjects.append(try Self.place(object.path, object.pathBytes))
        }
    }

    private static func snapshot(
        _ written: CheckedDocument.Snapshot
    ) throws(PlanProblem) -> ClaimedSnapshot {
        let bytes = written.missingBytes ?? []
        var missing: Set<StorageURL> = []
        for (index, path) in written.missing.enumerated() {
            missing.insert(try place(path, index < bytes.count ? bytes[index] : nil))
        }
        return ClaimedSnapshot(
            place: try place(written.path, written.pathBytes),
            isCondemned: written.verdict == "condemn",
            isComplete: written.complete,
            isClosed: written.closed,
            missing: missing,
            checked: written.references.checked,
            found: written.references.found
        )
    }

    private static func place(_ text: String, _ bytes: Data?) throws(PlanProblem) -> StorageURL {
        guard let shown = StorageURL(parsing: ObjectName(text)) else {
            throw PlanProblem(.noPlace(text))
        }
        guard let bytes else { return shown }
        return StorageURL(
            scheme: shown.scheme,
            authority: shown.authority,
            path: ObjectName(bytes)
        )
    }
}
