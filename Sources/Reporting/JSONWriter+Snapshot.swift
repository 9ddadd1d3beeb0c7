// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel

extension JSONWriter {
    /// What a snapshot is, as every document says it: path, job, times, and whether it is whole.
    mutating func facts(of snapshot: PlannedSnapshot) {
        place(snapshot.place)
        key("job")
        value(snapshot.job)
        key("attempt")
        value(snapshot.attempt)
        key("kind")
        value(snapshot.kind.rawValue)
        key("checkpointId")
        value(snapshot.checkpointID)
        key("time")
        value(snapshot.time.description)
        key("bytes")
        value(snapshot.bytes)
        key("complete")
        value(snapshot.isComplete)
        key("closed")
        if let isClosed = snapshot.isClosed { value(isClosed) } else { null() }
        places(snapshot.missing, as: "missing")
        places(snapshot.unknown, as: "unknown")
        names(snapshot.labels, as: "labels")
    }

    /// How many references were checked, and how many of them found.
    mutating func references(of snapshot: PlannedSnapshot) {
        key("references")
        object { json in
            json.key("checked")
            json.value(snapshot.referencesChecked)
            json.key("found")
            json.value(snapshot.referencesFound)
        }
    }
}
