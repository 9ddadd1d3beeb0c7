// SPDX-License-Identifier: Apache-2.0

public import Execution
public import Planning
internal import SnapshotModel

/// What can be said of one path, for people.
public struct ExplainReport {
    let explanation: Explanation
    /// How it went; nil where it is there, or no run took it.
    let departure: PastRun.Departure?
    private let next: NextCommand

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - explanation: What can be said.
    ///   - departure: How it went, where it is not there.
    ///   - next: Writes the commands that it names.
    public init(_ explanation: Explanation, departure: PastRun.Departure?, next: NextCommand) {
        self.explanation = explanation
        self.departure = departure
        self.next = next
    }

    /// What would keep it, each with the command that makes it so where there is one.
    var keepers: [String] {
        explanation.keepers.map { keeper in
            keeper.text + (keeper.command.isEmpty ? "" : ": \(next.line(keeper.command))")
        }
    }

    /// The report, with a line end at its end.
    public var text: String {
        var lines = ["\(explanation.place)", "  it is \(subject)" + size]
        if let departure { lines += self.lines(of: departure) }
        lines += neededBy
        if let verdict = explanation.verdict {
            lines.append("  \(Self.word(verdict)) because")
            for reason in explanation.reasons {
                lines += Wrapped.lines([reason.text.printable], width: 92, indent: "    ")
            }
        }
        if let prospect = explanation.prospect { lines += self.lines(of: prospect) }
        if !keepers.isEmpty {
            lines.append("  what would keep it")
            lines += keepers.map { "    \($0)" }
        }
        if explanation.isPartial {
            lines.append("  not everything could be read; see: \(next.line("plan"))")
        }
        return lines.page
    }

    private var size: String {
        explanation.bytes.map { ", \(ByteText.text($0))" } ?? ""
    }

    private var subject: String {
        switch explanation.subject {
        case .snapshot(let planned?):
            "a \(planned.kind.rawValue) of the job \"\(planned.job)\", \(planned.state), of "
                + planned.time.description
        case .snapshot(nil): "a snapshot on which nothing is decided: it is only read, or is gone"
        case .partOfSnapshot(let owner, let planned):
            "part of the snapshot \"\(owner)\""
                + (planned == nil ? ", on which nothing is decided" : ", which goes as a whole")
        case .object(let kind): "outside snapshots: \(kind.title)"
        case .directory(let files): "a directory that holds \(Counted.text(files, "file"))"
        case .root: "a root of the policy, or holds one: roots are never removed"
        case .trash(let run): "in the trash" + (run.map { ", since the run \($0)" } ?? "")
        case .janitor: "janitor's own"
        case .special: "a link, or no file: it is not followed, and not touched"
        case .nothing(let isProof):
            isProof ? "not there" : "not known to be there: its root was not listed completely"
        case .outsideRoots: "under no root of the policy: nothing there is touched"
        }
    }

    private var neededBy: [String] {
        switch explanation.subject {
        case .snapshot, .partOfSnapshot, .object, .directory: break
        default: return []
        }
        if explanation.needs.isEmpty { return ["  no snapshot needs it"] }
        return ["  needed by"]
            + explanation.needs.map { need in
                let name = need.isByNameOnly ? ", by its name only" : ""
                if case .directory = explanation.subject {
                    let references = need.count == 1 ? "1 reference" : "\(need.count) references"
                    return "    \(need.snapshot): \(need.role), \(references)\(name)"
                }
                let how = name + (need.isByNameOnly ? ": written as" : ", written as")
                return "    \(need.snapshot): \(need.role)\(how) \"\(need.written)\""
            }
    }

    private func lines(of departure: PastRun.Departure) -> [String] {
        let (run, item) = (departure.run, departure.item)
        let what = item.place == explanation.place ? "it" : "\"\(item.place)\""
        let moved = "  the run \(run) moved \(what) into the trash"
        switch item.fate {
        case nil: return ["  the run \(run) removed \(what) for good"]
        case .restored(let by): return ["\(moved), and \(by) brought it back"]
        case .emptied(let by): return ["\(moved), and \(by) removed it from there"]
        case .lost(let by): return ["\(moved), and \(by) did not find it there"]
        case .inTrash, .half:
            let until = item.until.map { "until \($0)" } ?? "until it is emptied"
            let undo = next.line("undo", ObjectName(run), item.place.text)
            return ["\(moved), where it is \(until)", "  bring it back with: \(undo)"]
        }
    }

    private func lines(of prospect: Prospect) -> [String] {
        let assumption = "if nothing new is written and the policy stays as it is"
        switch prospect {
        case .due(let since):
            return ["  it goes at the next run; plans condemn it from \(since.text) on"]
        case .first(let day): return ["  it goes on \(day.text), \(assumption)"]
        case .never: return ["  it goes on no day that can be told, \(assumption)"]
        }
    }

    private static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .keep: "kept"
        case .condemn: "condemned"
        case .leave: "left alone"
        }
    }
}
