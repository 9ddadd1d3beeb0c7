// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

extension RetentionReport {
    /// The snapshots as a table for spreadsheets: one line each, a line of names first.
    ///
    /// UTF-8; several labels, rules or reasons in one field are separated by `; `. A text that a
    /// spreadsheet would take for a formula has an apostrophe in front.
    ///
    /// Source: RFC 4180: fields in quotation marks where needed, lines that end with CR LF.
    public var csv: String {
        var text = Self.columns.joined(separator: ",") + "\r\n"
        for snapshot in plan.snapshots {
            text += fields(of: snapshot).map(Self.field).joined(separator: ",") + "\r\n"
        }
        return text
    }

    private static let columns = [
        "path", "job", "attempt", "kind", "checkpoint_id", "time", "bytes", "exclusive_bytes",
        "shared_bytes", "shared_with", "complete", "closed", "labels", "verdict", "held_by_limit",
        "rules", "reasons", "goes",
    ]

    private func fields(of snapshot: PlannedSnapshot) -> [String] {
        let share = shares[snapshot.place]
        return [
            "\(snapshot.place)", snapshot.job, snapshot.attempt ?? "", snapshot.kind.rawValue,
            snapshot.checkpointID.map { "\($0)" } ?? "", "\(snapshot.time)", "\(snapshot.bytes)",
            share.map { "\($0.exclusive)" } ?? "", share.map { "\($0.shared)" } ?? "",
            share.map { "\($0.others)" } ?? "", "\(snapshot.isComplete)",
            snapshot.isClosed.map { "\($0)" } ?? "unknown",
            snapshot.labels.map(\.description).joined(separator: "; "), snapshot.verdict.rawValue,
            "\(snapshot.isHeldByLimit)", snapshot.reasons.map(\.ruleID).joined(separator: "; "),
            snapshot.reasons.map(\.text).joined(separator: "; "), goes(snapshot) ?? "",
        ]
    }

    /// The day on which a snapshot goes: today's for what goes with the next run; nil for what
    /// stays up to the horizon.
    func goes(_ snapshot: PlannedSnapshot) -> String? {
        if snapshot.verdict == .condemn { return plan.at.day }
        return forecast.departures[snapshot.place]?.text
    }

    private static func field(_ text: String) -> String {
        var text = text.printable
        if let first = text.utf8.first, "=+-@".utf8.contains(first), Int64(text) == nil {
            text = "'" + text
        }
        let needsQuotes = text.utf8.contains { byte in
            byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",")
        }
        return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}
