// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What a command did to the roots, as its journal tells: the audit.
public struct PastRun: Hashable, Sendable {
    /// What was done to an item.
    public enum Action: String, Hashable, Sendable {
        /// Moved into the trash of its root.
        case trash
        /// Removed for good.
        case remove
        /// Moved from the trash back to where it was.
        case restore
        /// Removed from the trash for good.
        case empty
    }

    /// What came of it.
    public enum Outcome: String, Hashable, Sendable {
        /// Done.
        case done
        /// Not done: it was not as it should have been.
        case left
        /// Not done, or not wholly: the store failed.
        case failed
        /// Nothing was there any more.
        case absent
        /// Begun, and it is not known how far it came: the run was cut off, or is at work.
        case begun
    }

    /// What became of something after it was moved into the trash.
    public enum Fate: Hashable, Sendable {
        /// It lies there and can be brought back.
        case inTrash
        /// A part of it does, or may: where things go object by object the run was cut off in the
        /// middle of it, or the store failed. It can be brought back, and a later run finishes it.
        case half
        /// It was brought back, by which command.
        case restored(by: String)
        /// It was removed from the trash, by which command.
        case emptied(by: String)
        /// It was not found there, by which command.
        case lost(foundBy: String)
    }

    /// Why something was done.
    public struct Reason: Hashable, Sendable {
        /// The rule's name for machines.
        public let rule: String
        /// One sentence for people.
        public let text: String
    }

    /// One thing that was done.
    public struct Item: Hashable, Sendable {
        /// Where it was.
        public let place: StorageURL
        /// The root that it lay under.
        public let root: StorageURL
        /// The job's name.
        public let job: String
        /// Of a snapshot whether it is a savepoint; of anything else what it is to Flink.
        public let kind: String
        /// What it is in the store.
        public let form: RunReport.Form
        /// Its bytes.
        public let bytes: Int64
        /// The files in it.
        public let files: Int
        /// Why, never empty.
        public let reasons: [Reason]
        /// What was done.
        public let action: Action
        /// What came of it.
        public let outcome: Outcome
        /// Why it was not done; nil where it was.
        public let error: String?
        /// When that was known; nil where it is not known yet.
        public let at: Instant?
        /// The run that had moved it into the trash; nil where it was not taken from there.
        public let origin: String?
        /// Until when the trash keeps it; nil where no trash does.
        public let until: Instant?
        /// What became of it in the trash; nil where it did not go there.
        public internal(set) var fate: Fate?

        /// The item as the journal has it.
        let record: JournalRecord.Item
    }

    /// Its name.
    public let name: String
    /// The command: `run`, `undo`, `trash empty`.
    public let command: String
    /// When it began.
    public let at: Instant?
    /// Where its policy was read from.
    public let policy: String?
    /// The fingerprint of that policy.
    public let fingerprint: String?
    /// The saved plan that it carried out; nil where it carried out its own.
    public let approved: String?
    /// Who started it.
    public let user: String?
    /// On which host.
    public let host: String?
    /// Its process there.
    public let process: Int32?
    /// The run that it brought back; nil for anything but `undo`.
    public let undone: String?
    /// When it ended; nil where it was cut off or is at work.
    public let ended: Instant?
    /// How it ended, where it did not come to its end by itself.
    public let ending: String?
    /// A line of its journal does not read.
    public let isDamaged: Bool
    /// What it did, in order.
    public internal(set) var items: [Item]

    /// What can be brought back of it, in whole or in part there.
    public var undoable: [Item] { items.filter { $0.fate == .inTrash || $0.fate == .half } }

    /// What of it lies in the trash as a whole.
    public var trashed: [Item] { items.filter { $0.fate == .inTrash } }
}

extension PastRun {
    /// What a journal tells of a run.
    init(_ name: String, _ journal: JournalReader) {
        let begin = journal.records.first { $0.record == .begin }
        let end = journal.records.last { $0.record == .end }
        self.name = name
        command = begin?.command ?? "run"
        at = begin.flatMap { Instant($0.at) }
        policy = begin?.policy
        fingerprint = begin?.fingerprint
        approved = begin?.approved
        user = begin?.user
        host = begin?.host
        process = begin?.process
        undone = begin?.of
        ended = end.flatMap { Instant($0.at) }
        ending = end?.why
        isDamaged = journal.isDamaged
        items = journal.steps.flatMap { step in
            zip(step.items, step.results).compactMap { Item($0, $1, step) }
        }
    }
}

extension PastRun.Item {
    fileprivate init?(
        _ record: JournalRecord.Item,
        _ result: JournalRecord.Result?,
        _ step: JournalReader.Step
    ) {
        guard let place = record.at.url, let root = record.root.url else { return nil }
        self.place = place
        self.root = root
        job = record.job
        kind = record.kind
        form = (record.form ?? .snapshot).reported
        bytes = record.bytes
        files = record.files.asCount
        reasons = record.reasons.map { PastRun.Reason(rule: $0.rule, text: $0.text) }
        action = PastRun.Action(rawValue: step.action.rawValue) ?? .remove
        outcome =
            switch result?.outcome {
            case .gone: .done
            case .left: .left
            case .failed: .failed
            case .absent: .absent
            case nil: .begun
            }
        error = result?.error
        at = step.doneAt.flatMap { Instant($0) }
        origin = record.run
        until = record.until.flatMap { Instant($0) }
        self.record = record
    }
}
