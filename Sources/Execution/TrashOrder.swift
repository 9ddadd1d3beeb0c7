// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

/// The order in which things leave the trash, by what references what among them.
///
/// Emptied, what references goes before what it references; brought back, what is referenced comes
/// first. So no snapshot ever looks whole while something of it is on the other side, and where one
/// thing cannot be taken, whatever has to wait for it is left.
struct TrashOrder {
    /// All that lies in the trash, in the order in which it came there.
    private let items: [TrashedItem]
    /// For each of them the positions of those in which files lie that it references.
    private var needs: [Set<Int>]
    /// Snapshots of which it cannot be known what they reference.
    private var unknown: [Int] = []

    /// Finds out what references what.
    ///
    /// A reference tells where its file was before it went to the trash. One that leads to no such
    /// place is followed by the file's name, unless the snapshot holds a file of that name itself.
    /// Where the trash is not listed, what runs wrote down when they moved it has to do.
    ///
    /// - Parameters:
    ///   - history: All runs, in the order in which they moved things into the trash.
    ///   - inventory: A look at everything, the trash too.
    init(_ history: [PastRun], in inventory: Inventory) {
        let reason = JournalRecord.WrittenReason(rule: "trash", text: "it lies in the trash")
        let items = history.flatMap { run in
            run.undoable.compactMap { TrashedItem($0, of: run.name, because: reason) }
        }
        self.items = items
        needs = Array(repeating: [], count: items.count)
        let homes = Dictionary(grouping: items.indices) { items[$0].item.place }
        var holders: [ObjectName: Set<Int>] = [:]
        for (position, names) in TrashedItem.fileNames(of: items, in: inventory).enumerated() {
            for name in names { holders[name, default: []].insert(position) }
        }
        let snapshots = Dictionary(
            inventory.snapshots.map { ($0.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for (position, item) in items.enumerated() where item.item.form == .snapshot {
            guard let snapshot = snapshots[item.placeInTrash] else {
                if !inventory.isListedCompletely(item.placeInTrash) { unknown.append(position) }
                continue
            }
            if case .unreadable = snapshot.state, !snapshot.areReferencesKnown {
                unknown.append(position)
            }
            for place in snapshot.missing.map(\.place) + snapshot.unknown.map(\.place) {
                if let there = Self.items(holding: place, homes) {
                    needs[position].formUnion(there)
                } else if let named = holders[place.path.last], !named.contains(position) {
                    needs[position].formUnion(named)
                }
            }
        }
        for (position, item) in items.enumerated() {
            for place in item.item.record.after ?? [] {
                for before in place.url.flatMap({ homes[$0] }) ?? [] {
                    needs[before].insert(position)
                }
            }
        }
    }

    /// What was at a place or above it before it went to the trash; nil where nothing was.
    private static func items(holding place: StorageURL, _ homes: [StorageURL: [Int]]) -> [Int]? {
        var place = place
        while true {
            if let found = homes[place] { return found }
            if place.path.components.count <= 1 { return nil }
            place = place.parent
        }
    }

    /// Puts what is removed for good in order, and tells of each thing what has to be gone before.
    func emptying(_ wanted: [TrashedItem]) -> [TrashedItem] {
        let positions = positions(of: wanted)
        var after = [Set<Int>](repeating: [], count: items.count)
        for (position, needed) in needs.enumerated() {
            for other in needed { after[other].insert(position) }
        }
        for position in positions.values {
            after[position].formUnion(
                unknown.filter { $0 < position && positions[items[$0].placeInTrash] != nil }
            )
        }
        return ordered(wanted, positions, after)
    }

    /// Puts what is brought back in order, and tells of each thing what has to be back before.
    func restoring(_ wanted: [TrashedItem]) -> [TrashedItem] {
        let positions = positions(of: wanted)
        var after = needs
        for position in unknown {
            after[position].formUnion(positions.values.filter { $0 > position })
        }
        return ordered(wanted, positions, after)
    }

    /// Where those things lie in the trash that stay there while others leave it.
    func staying(without going: [TrashedItem]) -> Set<StorageURL> {
        Set(items.map(\.placeInTrash)).subtracting(going.map(\.placeInTrash))
    }

    private func positions(of wanted: [TrashedItem]) -> [StorageURL: Int] {
        let places = Set(wanted.map(\.placeInTrash))
        return Dictionary(
            items.indices.map { (items[$0].placeInTrash, $0) }.filter { places.contains($0.0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Each thing behind those that it has to wait for, else in the order in which they are given.
    private func ordered(
        _ wanted: [TrashedItem],
        _ positions: [StorageURL: Int],
        _ after: [Set<Int>]
    ) -> [TrashedItem] {
        var open: [Int: TrashedItem] = [:]
        for item in wanted {
            if let position = positions[item.placeInTrash] { open[position] = item }
        }
        var entered: Set<Int> = []
        var ordered: [TrashedItem] = []
        for first in wanted.compactMap({ positions[$0.placeInTrash] }) {
            // In a cycle, which only a name that occurs twice can make, what was met first is last.
            var stack = [(position: first, isReady: false)]
            while let (position, isReady) = stack.popLast() {
                guard var item = open[position] else { continue }
                let before = after[position].subtracting([position]).sorted()
                if isReady {
                    item.goesAfter = before.map { items[$0].placeInTrash }
                    ordered.append(item)
                    open[position] = nil
                } else if entered.insert(position).inserted {
                    stack.append((position, true))
                    stack += before.reversed().map { ($0, false) }
                }
            }
        }
        return ordered
    }
}
