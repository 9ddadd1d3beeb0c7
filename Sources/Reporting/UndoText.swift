// SPDX-License-Identifier: Apache-2.0

public import Execution
internal import Planning
internal import SnapshotModel

/// What an undo did, for people and for machines.
public struct UndoText {
    private let undo: UndoReport
    private let next: NextCommand

    /// Makes the text of an undo.
    ///
    /// - Parameters:
    ///   - undo: What it did.
    ///   - next: Writes the commands that it names.
    public init(_ undo: UndoReport, next: NextCommand) {
        self.undo = undo
        self.next = next
    }

    /// For people, with a line end at its end.
    public var text: String {
        let lines = undo.report.lines
        let back = lines.filter(\.isGone)
        let bytes = ByteText.text(back.sum(of: \.bytes))
        var text = [
            "undo \(undo.report.run) of \(undo.undone)",
            "\(back.count) of \(lines.count) brought back, \(bytes)",
        ]
        text += back.map { "  back \($0.place)" }
        text += lines.filter { !$0.isGone }.map { "  \($0.error ?? "left \"\($0.place)\"")" }
        let opened = Set(undo.opened.map(\.place))
        for snapshot in undo.restored where snapshot.isComplete && snapshot.isClosed != true {
            let since = opened.contains(snapshot.place) ? "not closed any more" : "broken as before"
            text.append("  \(since): \(snapshot.place): \(Self.fault(snapshot))")
        }
        for snapshot in undo.broken {
            text.append("  stood there and is broken: \(snapshot.place): \(Self.fault(snapshot))")
        }
        text += undo.report.notes.map { "  \($0)" }
        if let error = undo.report.stateError { text.append("  stopped: \(error)") }
        if undo.report.isCutShort { text.append("  ended early; the rest is still in the trash") }
        text += condemned
        return text.map(\.printable).page
    }

    /// What the policy condemns as it did before, and the commands that keep it.
    private var condemned: [String] {
        let snapshots = undo.restored.filter { $0.verdict == .condemn && !$0.isHeldByLimit }
        var lines: [String] = []
        if !snapshots.isEmpty {
            let those = snapshots.count == 1 ? "one of these" : "\(snapshots.count) of these"
            lines.append("the next run takes \(those) again; what is to stay is kept by:")
            lines += snapshots.map { "  \(next.line("pin", $0.place.text))" }
        }
        if undo.condemnedObjects > 0 {
            let count = undo.condemnedObjects
            lines.append("the next run takes \(count) outside snapshots again")
        }
        return lines
    }

    private static func fault(_ snapshot: PlannedSnapshot) -> String {
        if let first = snapshot.missing.first {
            let files = Counted.text(snapshot.missing.count, "file")
            return "\(files) missing, \"\(first)\" first"
        }
        return snapshot.unknown.first.map { "nothing is known of \"\($0)\"" }
            ?? "it cannot be known"
    }

    /// Writes the document for machines.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func write(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("run")
            json.value(undo.report.run)
            json.key("undone")
            json.value(undo.undone)
            json.key("cutShort")
            json.value(undo.report.isCutShort)
            json.key("items")
            json.array { json in
                for line in undo.report.lines {
                    json.line(line, outcome: line.isGone ? "restored" : "left")
                }
            }
            json.key("restored")
            json.array { json in undo.restored.forEach { Self.write($0, &json) } }
            json.key("opened")
            json.array { json in undo.opened.forEach { Self.write($0, &json) } }
            json.key("broken")
            json.array { json in undo.broken.forEach { Self.write($0, &json) } }
            json.notes(of: undo.report)
        }
        json.finish()
    }

    private static func write(_ snapshot: PlannedSnapshot, _ json: inout JSONWriter) {
        json.object { json in
            json.facts(of: snapshot)
            json.key("verdict")
            json.value(snapshot.verdict.rawValue)
        }
    }
}
