// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import Planning
internal import SnapshotModel

/// Whether snapshots are complete and closed, and if not, what is missing and why.
public struct VerifyReport {
    let snapshots: [PlannedSnapshot]
    /// What was found at each of their places.
    let found: [StorageURL: Snapshot]

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - snapshots: In the order in which they are shown.
    ///   - inventory: What they were decided from, as `PlanningResult` has it; it tells what is
    ///     wrong with each missing file. Nil leaves that out.
    public init(_ snapshots: [PlannedSnapshot], inventory: Inventory?) {
        self.snapshots = snapshots
        let places = Set(snapshots.map(\.place))
        let live = inventory?.snapshots.filter { places.contains($0.place) }
        found = Dictionary((live ?? []).map { ($0.place, $0) }, uniquingKeysWith: { one, _ in one })
    }

    /// The proof for people, with a line end at its end; the empty text for no snapshots.
    public var text: String {
        snapshots.flatMap(lines).page
    }

    private func lines(of snapshot: PlannedSnapshot) -> [String] {
        let count = "\(snapshot.referencesFound) of \(snapshot.referencesChecked) references"
        var lines = ["\(snapshot.state)  \(snapshot.place): \(count) found"]
        if let details = found[snapshot.place] {
            lines += details.missing.map {
                "  missing or not as recorded: \($0.place): \($0.fault.text)"
            }
            lines += details.unknown.map { "  cannot be known: \($0.place): \($0.cause.text)" }
        } else {
            lines += snapshot.missing.map { "  missing or not as recorded: \($0)" }
            lines += snapshot.unknown.map { "  cannot be known: \($0)" }
        }
        if let why = unreadable(snapshot) { lines.append("  metadata cannot be read: \(why)") }
        if snapshot.metadataLength == nil { lines.append("  missing: \"_metadata\"") }
        return lines
    }

    /// Why its metadata cannot be read; nil where they do, or where there are none.
    func unreadable(_ snapshot: PlannedSnapshot) -> String? {
        switch found[snapshot.place]?.state {
        case .unreadable(let why), .dismissed(let why): return why
        default: break
        }
        for reason in snapshot.reasons {
            if case .unreadable(let why) = reason { return why }
        }
        return nil
    }
}

// MARK: - Texts

extension MissingReference.Fault {
    /// What is wrong with the file, for people.
    fileprivate var text: String {
        switch self {
        case .absent: "there is no such file"
        case .length(let found, let demand): "it has \(found) bytes, and \(demand.text)"
        }
    }
}

extension UnknownReference.Cause {
    /// Why it cannot be known, for people.
    fileprivate var text: String {
        switch self {
        case .noRoot: "the policy does not say where that is"
        case .incompleteListing: "its root was not listed completely"
        case .symbolicLink(let link): "it leads through the symbolic link \"\(link)\""
        }
    }
}

extension LengthDemand {
    /// The demand in words.
    fileprivate var text: String {
        switch self {
        case .exactly(let size): "exactly \(size) are recorded"
        case .atLeast(let end): "at least \(end) are needed"
        case .exists: "no length is recorded"
        }
    }
}
