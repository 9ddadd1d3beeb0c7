// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

extension MetadataCollector {
    /// Ends the collection: what is still unknown in a snapshot's directory becomes foreign, and a
    /// directory of a pinned name is pinned wherever it lies.
    mutating func finish() {
        if !pinnedNames.isEmpty {
            for number in 0..<table.directoryCount
            where pinnedNames.contains(table.name(ofDirectory: DirectoryID(number)).last) {
                isPinned[number] = true
            }
        }
        for position in snapshots.indices {
            let top = snapshots[position].place
            for file in strangers[position] {
                if let path = table.place(ofFile: file).path(below: top) {
                    snapshots[position].foreignEntries.append(path)
                }
            }
            snapshots[position].foreignEntries.sort()
            snapshots[position].labels.sort()
            // Several subtasks name the same file.
            snapshots[position].missing = Array(Set(snapshots[position].missing))
                .sorted { $0.place < $1.place }
            snapshots[position].unknown = Array(Set(snapshots[position].unknown))
                .sorted { $0.place < $1.place }
        }
        strangers = []
    }
}
