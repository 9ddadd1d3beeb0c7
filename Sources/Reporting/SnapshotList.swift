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
                String(snapshot.time.description.prefix(19)), ByteText.text(snapshot.bytes),
                snapshot.state, path(of: snapshot),
            ])
        }
        return table.lines(indent: "").joined(separator: "\n") + "\n"
    }

    private func path(of snapshot: PlannedSnapshot) -> String {
        let labels = snapshot.labels.map(\.description).joined(separator: ", ")
        return snapshot.place.printable + (labels.isEmpty ? "" : " [\(labels)]")
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
            json.key("references")
            json.object { json in
                json.key("checked")
                json.value(snapshot.referencesChecked)
                json.key("found")
                json.value(snapshot.referencesFound)
            }
        }
    }

    /// The proof for people: of each snapshot how many references were found, and what is missing.
    public var verification: String {
        var lines: [String] = []
        for snapshot in snapshots {
            let count = "\(snapshot.referencesFound) of \(snapshot.referencesChecked) references"
            lines.append("\(snapshot.state)  \(snapshot.place.printable): \(count) found")
            lines += snapshot.missing.map { "  missing or not as recorded: \($0.printable)" }
            lines += snapshot.unknown.map { "  cannot be known: \($0.printable)" }
            if case .unreadable(let why)? = snapshot.reasons.first {
                lines.append("  metadata do not read: \(why)")
            }
        }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
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
