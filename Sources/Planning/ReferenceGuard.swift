// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

/// Keeps what something that stays still needs (law 1).
struct ReferenceGuard {
    private let inventory: Inventory
    /// Snapshots that high-availability pointers name, with the pointer.
    private let named: [(snapshot: Int, pointer: StorageURL)]
    private let continued: Set<ObjectName>
    private let goesToTrash: (Int) -> Bool

    /// Makes a guard over what was found.
    ///
    /// - Parameters:
    ///   - inventory: What was found.
    ///   - continued: Runs that were cut off. What they have put into the trash needs what the same
    ///     plan would have put there after it: moving that is no loss, removing it for good is.
    ///   - goesToTrash: Tells whether a snapshot, if it goes, goes to the trash.
    init(
        inventory: Inventory,
        continued: Set<ObjectName> = [],
        goesToTrash: @escaping (Int) -> Bool = { _ in false }
    ) {
        self.inventory = inventory
        self.continued = continued
        self.goesToTrash = goesToTrash
        var named: [(snapshot: Int, pointer: StorageURL)] = []
        for pointer in inventory.pointers {
            for snapshot in inventory.snapshots(namedBy: pointer) {
                named.append((snapshot, pointer.place))
            }
        }
        self.named = named
    }

    /// Turns condemned snapshots into kept ones until none that stays needs one that goes.
    ///
    /// Everything that is not condemned protects: kept, left, held by a limit, only read, in the
    /// trash, or vanished while it was read.
    ///
    /// - Parameters:
    ///   - drafts: The decisions; nil for snapshots that are not judged.
    ///   - held: Condemned snapshots that stay for now because of a limit.
    func apply(to drafts: inout [Draft?], held: Set<Int>) {
        for (snapshot, pointer) in named where isGoing(snapshot, drafts, held) {
            drafts[snapshot]?.keep(.namedByPointer(pointer))
        }
        var staying = inventory.snapshots.indices.filter { !isGoing($0, drafts, held) }
        staying += keepForTrash(&drafts, held)
        let outer = outerSnapshots()
        while let position = staying.popLast() {
            let place = inventory.snapshots[position].place
            let run = inventory.snapshots[position].trashRun
            let isContinued = run.map(continued.contains) ?? false
            for dependency in inventory.snapshots[position].dependencies
            where isGoing(dependency.snapshot, drafts, held) {
                let needed = dependency.snapshot
                if isContinued, goesToTrash(needed) { continue }
                drafts[needed]?.keep(
                    .referenced(
                        by: place,
                        file: dependency.file,
                        byNameOnly: dependency.isByNameOnly
                    )
                )
                staying.append(needed)
            }
            for holder in outer[position] ?? [] where isGoing(holder, drafts, held) {
                drafts[holder]?.keep(.holdsSnapshot(place))
                staying.append(holder)
            }
        }
    }

    /// Keeps what would be removed for good while something that goes to the trash needs it.
    ///
    /// What lies in the trash protects, so that an undo is whole; it does so from the beginning.
    ///
    /// - Returns: What is kept for that.
    private func keepForTrash(_ drafts: inout [Draft?], _ held: Set<Int>) -> [Int] {
        var kept: [Int] = []
        for position in inventory.snapshots.indices
        where isGoing(position, drafts, held) && goesToTrash(position) {
            for dependency in inventory.snapshots[position].dependencies
            where isGoing(dependency.snapshot, drafts, held) && !goesToTrash(dependency.snapshot) {
                drafts[dependency.snapshot]?.keep(
                    .neededInTrash(
                        by: inventory.snapshots[position].place,
                        file: dependency.file
                    )
                )
                kept.append(dependency.snapshot)
            }
        }
        return kept
    }

    /// Condemned snapshots in an order in which whatever references goes before the referenced.
    ///
    /// - Returns: Positions in order, each with those that have to be gone before it; snapshots
    ///   that need each other in a cycle are missing from it.
    func order(of drafts: [Draft?], held: Set<Int>) -> [(position: Int, after: [Int])] {
        let going = inventory.snapshots.indices.filter { isGoing($0, drafts, held) }
        var before: [Int: Set<Int>] = [:]
        for position in going {
            let snapshot = inventory.snapshots[position]
            for dependency in snapshot.dependencies where isGoing(dependency.snapshot, drafts, held)
            {
                before[dependency.snapshot, default: []].insert(position)
            }
            for inner in snapshot.nested where isGoing(inner, drafts, held) {
                before[position, default: []].insert(inner)
            }
        }
        var followers: [Int: [Int]] = [:]
        for (position, firsts) in before {
            for first in firsts { followers[first, default: []].append(position) }
        }
        var open = before.mapValues(\.count)
        // The newest first: it is what the older ones cannot reference.
        var ready = going.filter { open[$0] == nil }.sorted(by: isOlder)
        var order: [(position: Int, after: [Int])] = []
        while let position = ready.popLast() {
            order.append((position, (before[position] ?? []).sorted()))
            for follower in (followers[position] ?? []).sorted(by: isOlder) {
                open[follower, default: 0] -= 1
                if open[follower] == 0 { ready.append(follower) }
            }
        }
        return order
    }

    private func isOlder(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (inventory.snapshots[left], inventory.snapshots[right])
        return (one.time, other.place) < (other.time, one.place)
    }

    private func isGoing(_ position: Int, _ drafts: [Draft?], _ held: Set<Int>) -> Bool {
        drafts[position]?.verdict == .condemn && !held.contains(position)
    }

    private func outerSnapshots() -> [Int: [Int]] {
        var outer: [Int: [Int]] = [:]
        for (position, snapshot) in inventory.snapshots.enumerated() {
            for inner in snapshot.nested { outer[inner, default: []].append(position) }
        }
        return outer
    }
}
