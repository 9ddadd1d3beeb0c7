// SPDX-License-Identifier: Apache-2.0

public import Execution
internal import SnapshotModel
internal import Storage

/// What lies in the trash, for people and for machines.
public struct TrashReport {
    private let contents: TrashContents
    private let state: StateDirectory
    private let next: NextCommand

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - contents: What lies there.
    ///   - state: The state directory whose runs are known.
    ///   - next: Writes the commands that it names.
    public init(
        _ contents: TrashContents,
        in state: StateDirectory,
        next: NextCommand = NextCommand()
    ) {
        self.contents = contents
        self.state = state
        self.next = next
    }

    /// For people, with a line end at its end.
    public var text: String {
        let items = contents.runs.flatMap(\.undoable)
        var lines = [
            Counted.text(items.count, "thing") + " in the trash, "
                + ByteText.text(items.sum(of: \.bytes))
        ]
        var rows = rows[...]
        for run in contents.runs {
            let bytes = ByteText.text(run.undoable.sum(of: \.bytes))
            lines += ["", "run \(run.name): \(run.undoable.count), \(bytes)"]
            lines += rows.prefix(run.undoable.count)
            rows = rows.dropFirst(run.undoable.count)
            lines.append("  bring it back with: \(next.line("undo", ObjectName(run.name)))")
        }
        if !contents.unknown.isEmpty {
            lines += [
                "", "not recorded by any run in \"\(state.path)\"; nothing of it is ever touched",
            ]
            lines += contents.unknown.map { unknown in
                "  \(unknown.place): \(Counted.text(unknown.files, "file")), \(ByteText.text(unknown.bytes))"
                    .printable
            }
            lines.append("  \(RunsText.elsewhere)")
        }
        for error in contents.errors { lines.append("not listed: \(error)".printable) }
        return lines.page
    }

    /// What can be brought back, run by run, in columns that stand under one another.
    private var rows: [String] {
        var table = Table([.right, .left, .left])
        for item in contents.runs.flatMap(\.undoable) {
            let until =
                item.fate == .half
                ? "a part, perhaps" : item.until.map { "until \($0)" } ?? "until it is emptied"
            table.add([ByteText.text(item.bytes), until, "\(item.place)"])
        }
        return table.lines(indent: "  ")
    }

    /// Writes the document for machines.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func write(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("runs")
            json.array { json in contents.runs.forEach { Self.write($0, &json) } }
            json.key("unknown")
            json.array { json in contents.unknown.forEach { Self.write($0, &json) } }
            json.key("errors")
            json.array { json in contents.errors.forEach { json.value("\($0)") } }
        }
        json.finish()
    }

    private static func write(_ run: PastRun, _ json: inout JSONWriter) {
        json.object { json in
            json.key("run")
            json.value(run.name)
            json.key("at")
            json.value(run.at?.description)
            json.key("bytes")
            json.value(run.undoable.sum(of: \.bytes))
            json.key("items")
            json.array { json in run.undoable.forEach { json.pastItem($0) } }
        }
    }

    private static func write(_ unknown: TrashContents.Unknown, _ json: inout JSONWriter) {
        json.object { json in
            json.place(unknown.place)
            json.key("files")
            json.value(unknown.files)
            json.key("bytes")
            json.value(unknown.bytes)
        }
    }
}
