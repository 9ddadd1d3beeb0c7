// SPDX-License-Identifier: Apache-2.0

public import Execution
internal import SnapshotModel

/// Past runs for people: a table of all, or everything of one.
public struct RunsText {
    private let runs: [PastRun]
    private let state: StateDirectory

    /// Makes the text of runs.
    ///
    /// - Parameters:
    ///   - runs: The oldest first.
    ///   - state: The state directory that they were read from.
    public init(_ runs: [PastRun], in state: StateDirectory) {
        self.runs = runs
        self.state = state
    }

    /// One line a run, the newest first.
    public var table: String {
        guard !runs.isEmpty else {
            return ["no runs yet in \"\(state.path)\"; \(Self.elsewhere)"].page
        }
        var table = Table([.left, .left, .left, .left])
        table.add(["RUN", "COMMAND", "DID", "CAN BE UNDONE"])
        for run in runs.reversed() {
            table.add([run.name, run.command, run.did, run.undo])
        }
        return table.lines(indent: "").page
    }

    /// For whoever looks for a run that is remembered elsewhere.
    static let elsewhere = "another state directory is named by --state DIR"

    /// Everything that each run did, with its reasons.
    public var details: String {
        runs.map { Self.details(of: $0) }.joined(separator: "\n")
    }

    private static func details(of run: PastRun) -> String {
        var lines = ["run \(run.name): \(run.command)"]
        if let policy = run.policy {
            lines.append("  policy \(policy), fingerprint \(run.fingerprint ?? "unknown")")
        }
        if let approved = run.approved { lines.append("  carried out the saved plan \(approved)") }
        if let undone = run.undone { lines.append("  brought back the run \(undone)") }
        lines.append("  by \(run.user ?? "unknown") on \(run.host ?? "unknown")")
        lines.append("  \(run.span)")
        if run.isDamaged { lines.append("  a line of its journal cannot be read") }
        lines.append("  \(run.did); can be undone: \(run.undo)")
        for item in run.items { lines += self.lines(of: item) }
        return lines.map(\.printable).page
    }

    private static func lines(of item: PastRun.Item) -> [String] {
        let what = "\(item.place), \(ByteText.text(item.bytes))"
        let until = item.fate == .inTrash ? item.until.map { ", until \($0)" } ?? "" : ""
        let lines = ["  \(item.told) \(what)\(until)"] + (item.error.map { ["    \($0)"] } ?? [])
        return lines + item.reasons.map { "      \($0.text)" }
    }
}

extension PastRun {
    /// What it did, in a few words.
    fileprivate var did: String {
        let words: [(Action, String)] = [
            (.trash, "moved to the trash"), (.remove, "removed"), (.restore, "brought back"),
            (.empty, "emptied from the trash"),
        ]
        var parts: [String] = []
        for (action, word) in words {
            let done = items.filter { $0.action == action && $0.outcome == .done }
            guard !done.isEmpty else { continue }
            let bytes = done.sum(of: \.bytes)
            parts.append("\(done.count) \(word) (\(ByteText.text(bytes)))")
        }
        let left = items.count { $0.outcome == .left || $0.outcome == .failed }
        if left > 0 { parts.append("\(left) left") }
        if ended == nil { parts.append("cut off or at work") }
        if let ending { parts.append(ending) }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    /// What of it can be brought back.
    fileprivate var undo: String {
        let items = undoable
        guard !items.isEmpty else { return "nothing" }
        let until = items.compactMap(\.until).max().map { " until \($0)" } ?? ""
        return "\(items.count) (\(ByteText.text(items.sum(of: \.bytes))))\(until)"
    }

    fileprivate var span: String {
        let beginning = at.map { "\($0)" } ?? "unknown"
        guard let ended else { return "began \(beginning); it was cut off, or is at work" }
        return "from \(beginning) to \(ended)"
    }
}

extension PastRun.Item {
    /// What became of it, as a past participle.
    fileprivate var told: String {
        switch (outcome, action) {
        case (.begun, .trash) where fate == .half: "moved to the trash, perhaps in part:"
        case (.failed, .trash) where fate == .half: "failed at, perhaps in part:"
        case (.begun, _): "begun with"
        case (.left, _): "left"
        case (.failed, _): "failed at"
        case (.absent, _): "not there any more:"
        case (.done, .remove): "removed"
        case (.done, .restore): "brought back"
        case (.done, .empty): "emptied from the trash:"
        case (.done, .trash):
            switch fate {
            case .restored(let by): "moved to the trash, brought back by \(by):"
            case .emptied(let by): "moved to the trash, emptied by \(by):"
            case .lost(let by): "moved to the trash, missed there by \(by):"
            case .inTrash, .half, nil: "moved to the trash:"
            }
        }
    }
}
