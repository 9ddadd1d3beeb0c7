// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel
internal import Storage

/// What the policy's `protect` keeps of what was found, and what is to be said of its lines.
///
/// A line was pasted from where Flink wrote the path: with another scheme of the family, another
/// name of the NameNode or none, the file instead of its directory. It means what lies at its place
/// by any of these spellings; where nothing does, what ends like it; and where there is nothing of
/// that either, what may be it under its name alone, which is told, since it is a guess (law 2).
struct ProtectedSnapshots {
    /// Why each of them is kept, by position.
    private(set) var reasons: [Int: Reason] = [:]
    /// What is to be said of lines that are no snapshot's place.
    private(set) var findings: [Finding] = []

    private let policy: JanitorPolicy
    private let inventory: Inventory

    /// A line of the policy.
    private struct Line {
        let written: StorageURL
        /// The directory that it names: as written, and where aliases say that this is.
        let places: [StorageURL]
        /// Whether the policy says that its store is gone.
        let isGone: Bool

        init(_ written: StorageURL, _ aliases: [PathAlias]) {
            let directory = written.snapshotDirectory
            self.written = written
            places = [directory, aliases.resolve(directory)]
            isGone = aliases.covering(directory).map { $0.actual == nil } ?? false
        }

        /// How a snapshot is like it; nil where it is another one for sure.
        func likeness(_ snapshot: StorageURL) -> Likeness? {
            if places.contains(where: snapshot.mayBe) { return .place }
            if places.contains(where: snapshot.endsLike) { return .end }
            // A checkpoint of another job id is another job's.
            let isOfJobID = places.contains { FlinkNames.isJobID($0.parent.path.last) }
            return isOfJobID && snapshot.isNumbered ? nil : .name
        }
    }

    /// What of a line's path a snapshot has, the most first.
    private enum Likeness {
        case place, end, name
    }

    /// Finds what the lines mean.
    init(policy: JanitorPolicy, inventory: Inventory) {
        self.policy = policy
        self.inventory = inventory
        let lines = Set(policy.protected).sorted().map { Line($0, policy.aliases) }
        if lines.isEmpty { return }
        var numbers: [ObjectName: [Int]] = [:]
        for (number, line) in lines.enumerated() {
            for name in Set(line.places.map(\.path.last)) {
                numbers[name, default: []].append(number)
            }
        }
        var found = [[Likeness: [Int]]](repeating: [:], count: lines.count)
        for (position, snapshot) in inventory.snapshots.enumerated()
        where snapshot.trashRun == nil {
            for number in numbers[snapshot.place.path.last] ?? [] {
                guard let likeness = lines[number].likeness(snapshot.place) else { continue }
                found[number][likeness, default: []].append(position)
            }
        }
        for (line, found) in zip(lines, found) { take(line, found) }
    }

    private mutating func take(_ line: Line, _ found: [Likeness: [Int]]) {
        if let meant = found[.place] ?? found[.end] { return keep(meant, for: line) }
        let alike = meant(by: line, among: found[.name] ?? [])
        if let first = alike.first {
            keep(alike, for: line)
            let others = alike.count > 1 ? ", and \(alike.count - 1) more" : ""
            findings.append(
                Finding(
                    .partial,
                    subject: "\(line.written)",
                    message: "the policy protects it, and no snapshot was found there; what has "
                        + "its name stays for it: \"\(inventory.snapshots[first].place)\"\(others)",
                    hint: "name in \"protect\" what is meant, or take the line out"
                )
            )
            return
        }
        findings.append(line.isGone || isInStoreOfRoot(line) ? Self.gone(line) : unreached(line))
    }

    private mutating func keep(_ positions: [Int], for line: Line) {
        for position in positions {
            let place = inventory.snapshots[position].place
            if place == line.written.snapshotDirectory {
                reasons[position] = .protected
            } else if reasons[position] == nil {
                reasons[position] = .protectedAs(line.written)
            }
        }
    }

    /// Of snapshots that share only their name with a line those that it may mean.
    private func meant(by line: Line, among positions: [Int]) -> [Int] {
        let ours = positions.filter { inventory.snapshots[$0].job != nil }
        if ours.isEmpty { return [] }
        let holders = inventory.roots.indices.filter { number in
            line.places.contains { $0.mayLie(below: inventory.roots[number].place) }
        }
        // Where it leads nobody looked, or not at everything.
        let isLookedAt =
            !holders.isEmpty && holders.allSatisfy { inventory.outcomes[$0] == .complete }
        if !isLookedAt { return ours }
        // It is not there any more. Who moved it did so within its root, and numbers of checkpoints
        // are those of every job.
        return ours.filter { position in
            let snapshot = inventory.snapshots[position]
            return !snapshot.place.isNumbered && holders.contains(snapshot.root)
        }
    }

    /// Whether a line leads into a store of which the policy names something.
    private func isInStoreOfRoot(_ line: Line) -> Bool {
        let named = policy.jobs.flatMap(\.patterns).map(\.1.base) + policy.alsoRead
        return named.contains { place in
            [place, policy.aliases.resolve(place)].contains { known in
                line.places.contains { $0.mayBeInStore(of: known) }
            }
        }
    }

    // MARK: Text

    private static func gone(_ line: Line) -> Finding {
        Finding(
            .note,
            subject: "\(line.written)",
            message: "the policy protects it, and no snapshot was found there",
            hint: "correct \"protect\", or take the line out"
        )
    }

    private func unreached(_ line: Line) -> Finding {
        let store = StorageURL(
            scheme: line.written.scheme,
            authority: line.written.authority,
            path: "/"
        )
        return Finding(
            .partial,
            subject: "\(line.written)",
            message: "the policy protects it, no snapshot of that name was found, and no root lies "
                + "in that store",
            hint: "if a root's store is called so too, add to the policy: aliases: { \"\(store)\": "
                + "\"…\" }; else correct \"protect\", or take the line out"
        )
    }
}

extension StorageURL {
    /// Whether its name is that of a checkpoint, which recurs from job to job.
    fileprivate var isNumbered: Bool { FlinkNames.checkpointNumber(path.last) != nil }
}
