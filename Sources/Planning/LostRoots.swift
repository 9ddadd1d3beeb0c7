// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
public import SnapshotModel
internal import Storage

/// A root that holds far less than at the last run, or is not there any more.
public struct LostRoot: Hashable, Sendable {
    /// Where it is, or was.
    public var place: StorageURL
    /// Files that it held at the last run that saw all of it.
    public var held: Int
    /// Files that it holds now.
    public var holds: Int

    /// Makes one of its parts.
    public init(place: StorageURL, held: Int, holds: Int) {
        self.place = place
        self.held = held
        self.holds = holds
    }
}

/// What roots held at the last run and hold no more (law 2).
///
/// Nothing tells a disk that is not mounted from one that was emptied, so that what was protected
/// from there is not known to be free.
struct LostRoots {
    /// Roots of today that lost most of what they held, sorted; not those of jobs that all have
    /// limits switched off.
    private(set) var shrunken: [ShrunkenRoot] = []
    /// Roots that are not there, and whose absence makes everything unknown, sorted.
    private(set) var missing: [LostRoot] = []
    /// Small roots that hold nothing any more, and directories of single jobs that are gone from among
    /// those of many, as far as they needed what is there still, sorted.
    private(set) var gone: [LostRoot] = []
    /// Roots of which nobody knows whether it is they that are empty, sorted; some are in `gone` as well.
    let replaced: [LostRoot]
    /// Those of them on account of which something stays.
    private var sparing: Set<StorageURL> = []
    /// Such directories of which nobody needs to know any more.
    private(set) var forgotten: Set<StorageURL> = []

    /// Every one of them, sorted by place, each place once.
    var all: [LostRoot] {
        let shrunken = shrunken.map { LostRoot(place: $0.root, held: $0.held, holds: $0.holds) }
        return (shrunken + missing + emptied).sorted { $0.place < $1.place }
    }

    /// Those that are small, or gone from among many, each place once.
    private var emptied: [LostRoot] {
        let known = Set(gone.map(\.place) + shrunken.map(\.root))
        return gone + replaced.filter { !known.contains($0.place) }
    }

    init(inventory: Inventory, roster: JobRoster, memory: PlanningMemory, policy: JanitorPolicy) {
        replaced = ReplacedRoots(inventory: inventory, memory: memory).all
        let counts = inventory.fileCountsByPlace
        var seen: Set<StorageURL> = []
        for (index, root) in inventory.roots.enumerated() {
            guard let held = memory.fileCounts[root.place], held > 0,
                seen.insert(root.place).inserted
            else { continue }
            if inventory.outcomes[index] == .absent {
                missing.append(LostRoot(place: root.place, held: held, holds: 0))
                continue
            }
            let holds = counts[root.place] ?? 0
            let isUnlimited =
                !root.jobs.isEmpty
                && root.jobs.allSatisfy { roster.jobs[$0].settings.limits == nil }
            if isUnlimited { continue }
            if LimitCheck.isShrunken(held: held, holds: holds) {
                shrunken.append(
                    ShrunkenRoot(
                        root: root.place,
                        held: held,
                        holds: holds,
                        isOnlyRead: root.jobs.isEmpty
                    )
                )
            } else if holds == 0 {
                gone.append(LostRoot(place: root.place, held: held, holds: 0))
            }
        }
        noteGone(inventory, memory, policy)
        let snapshots = Set(inventory.snapshots.map(\.place))
        gone.removeAll { memory.need(of: $0.place).isDisjoint(with: snapshots) }
        forgotten.subtract(gone.map(\.place))
        missing.sort { $0.place < $1.place }
        gone.sort { $0.place < $1.place }
    }

    /// Notes the roots that were found below `{job}` at the last run and are not there today.
    ///
    /// Where nothing or less than half is left of what directories of jobs held all together, that
    /// is no job which somebody removed.
    private mutating func noteGone(
        _ inventory: Inventory,
        _ memory: PlanningMemory,
        _ policy: JanitorPolicy
    ) {
        let counts = inventory.fileCountsByPlace
        let roots = inventory.roots.map(\.place)
        let known = Set(roots)
        let remembered = memory.fileCounts.filter { place, held in
            held > 0 && !known.contains(place)
                && !roots.contains { $0.path(below: place) != nil || place.path(below: $0) != nil }
        }
        guard !remembered.isEmpty else { return }
        let bases = Set(
            policy.jobs.flatMap(\.patterns).map(\.1).filter { $0.wildcard != nil }.map(\.base)
        )
        var found: Set<StorageURL> = []
        for base in bases.sorted() {
            let lost = remembered.filter { place, _ in
                place.path(below: base) != nil && found.insert(place).inserted
            }
            .map { LostRoot(place: $0, held: $1, holds: 0) }
            let count = lost.reduce(0) { $0 + $1.held }
            let left = counts.filter { $0.key.path(below: base) != nil }.reduce(0) { sum, root in
                sum + max(memory.fileCounts[root.key] ?? 0, root.value)
            }
            if left == 0 || LimitCheck.isShrunken(held: count + left, holds: left) {
                missing += lost
            } else {
                gone += lost
                forgotten.formUnion(lost.map(\.place))
            }
        }
    }

    // MARK: What they needed

    /// Spares every condemned snapshot that something below such a root needed.
    mutating func apply(to drafts: inout [Draft?], inventory: Inventory, memory: PlanningMemory) {
        let lost = all.filter { !memory.need(of: $0.place).isEmpty }
        guard !lost.isEmpty else { return }
        let positions = Dictionary(
            inventory.snapshots.enumerated().map { ($1.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for root in lost {
            for place in memory.need(of: root.place).sorted() {
                guard let position = positions[place], drafts[position]?.verdict == .condemn else {
                    continue
                }
                sparing.insert(root.place)
                drafts[position]?.spare(
                    .neededByLostRoot(root.place, held: root.held, holds: root.holds)
                )
            }
        }
    }

    /// A finding for each root that is gone from among others and needed what would go.
    var findings: [Finding] {
        emptied.filter { sparing.contains($0.place) }.map { root in
            let left = root.holds == 0 ? "none" : "\(root.holds)"
            return Finding(
                .partial,
                subject: "\(root.place)",
                message: "it held \(root.held) files at the last run and holds \(left) now; what "
                    + "these needed stays",
                hint: "if that is right, say so by a run with an approved plan"
            )
        }
    }
}

extension PlanningMemory {
    /// What something below a root needed in other roots when that was last seen whole.
    fileprivate func need(of root: StorageURL) -> Set<StorageURL> { needs[root] ?? [] }

    /// Notes what snapshots and pointers below each root need in other roots.
    ///
    /// - Parameter inventory: What was seen; of roots that were not listed whole nothing changes, and
    ///   where something was not read what was known before stays.
    mutating func noteNeeds(_ inventory: Inventory) {
        var found: [StorageURL: Set<StorageURL>] = [:]
        var unread: Set<Int> = []
        for snapshot in inventory.snapshots {
            switch snapshot.state {
            case .unreadable, .vanished: unread.insert(snapshot.root)
            case .complete, .unfinished, .dismissed: break
            }
            for dependency in snapshot.dependencies {
                let needed = inventory.snapshots[dependency.snapshot]
                guard needed.root != snapshot.root, needed.trashRun == nil else { continue }
                found[inventory.roots[snapshot.root].place, default: []].insert(needed.place)
            }
        }
        for pointer in inventory.pointers {
            let root = inventory.roots.filter { pointer.place.path(below: $0.place) != nil }
                .max { $0.place.path.bytes.count < $1.place.path.bytes.count }
            if pointer.error != nil {
                unread.formUnion(inventory.roots.indices.filter { inventory.roots[$0] == root })
            }
            for position in inventory.snapshots(namedBy: pointer) {
                let needed = inventory.snapshots[position]
                guard let root, inventory.roots[needed.root].place != root.place else { continue }
                found[root.place, default: []].insert(needed.place)
            }
        }
        for (index, root) in inventory.roots.enumerated()
        where inventory.outcomes[index] == .complete {
            let before = unread.contains(index) ? needs[root.place] ?? [] : []
            let all = before.union(found[root.place] ?? [])
            needs[root.place] = all.isEmpty ? nil : all
        }
    }
}
