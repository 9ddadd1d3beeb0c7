// SPDX-License-Identifier: Apache-2.0

public import Planning
internal import SnapshotModel

/// The snapshots of a plan without its decisions: what is there, and whether it is whole.
public struct SnapshotList {
    private let snapshots: [PlannedSnapshot]

    /// Makes a list.
    ///
    /// - Parameter snapshots: In the order in which they are shown.
    public init(_ snapshots: [PlannedSnapshot]) {
        self.snapshots = snapshots
    }

    /// The list for people, with a line end at its end; the empty text for none.
    public var text: String {
        var table = Table([.left, .left, .right, .left, .right, .left, .left])
        if snapshots.isEmpty { return "" }
        table.add(["job", "kind", "id", "time", "size", "state", "path"])
        for snapshot in snapshots {
            table.add([
                snapshot.job, snapshot.kind.rawValue,
                snapshot.checkpointID.map { "\($0)" } ?? "-",
                snapshot.time.moment, ByteText.text(snapshot.bytes),
                snapshot.state, path(of: snapshot),
            ])
        }
        return table.lines(indent: "").page
    }

    private func path(of snapshot: PlannedSnapshot) -> String {
        let labels = snapshot.labels.map(\.description).joined(separator: ", ")
        return snapshot.place.description + (labels.isEmpty ? "" : " [\(labels)]")
    }

    /// Writes the list as JSON: `{ "format": 1, "snapshots": [ … ] }`.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("snapshots")
            json.array { json in
                for snapshot in snapshots { Self.write(snapshot, &json) }
            }
        }
        json.finish()
    }

    private static func write(_ snapshot: PlannedSnapshot, _ json: inout JSONWriter) {
        json.object { json in
            json.facts(of: snapshot)
            json.references(of: snapshot)
        }
    }
}

extension PlannedSnapshot {
    /// One word on whether it can be restored.
    var state: String {
        if !isComplete { return metadataLength == nil ? "unfinished" : "unreadable" }
        switch isClosed {
        case true?: return "closed"
        case false?: return "broken"
        case nil: return "unknown"
        }
    }
}
