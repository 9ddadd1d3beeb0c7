// SPDX-License-Identifier: Apache-2.0

public import Execution
internal import SnapshotModel

/// What emptying the trash did, for people and for machines.
public struct EmptyTrashText {
    private let report: RunReport

    /// Makes the text of it.
    public init(_ report: RunReport) {
        self.report = report
    }

    /// For people, with a line end at its end.
    public var text: String {
        let gone = report.lines.filter(\.isGone)
        var lines = [
            "\(gone.count) removed from the trash for good, "
                + ByteText.text(gone.sum(of: \.bytes))
        ]
        lines += gone.map { "  removed \($0.place), \(ByteText.text($0.bytes))" }
        lines += report.lines.filter { !$0.isGone }.map { "  \($0.error ?? "left")" }
        lines += report.notes.map { "  \($0)" }
        if let error = report.stateError { lines.append("  stopped: \(error)") }
        if report.isCutShort { lines.append("  ended early; the rest is still in the trash") }
        return lines.map(\.printable).page
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
            json.value(report.run)
            json.key("cutShort")
            json.value(report.isCutShort)
            json.key("items")
            json.array { json in
                for line in report.lines {
                    json.line(line, outcome: line.isGone ? "removed" : "left")
                }
            }
            json.notes(of: report)
        }
        json.finish()
    }
}
