// SPDX-License-Identifier: Apache-2.0

internal import Retention
internal import SnapshotModel

extension Reason {
    /// The identifier of times that look copied: who approves a plan that shows it goes by them.
    public static let copiedTimesID = "timesLookCopied"

    /// The rule's name for machines: the policy's key, or a name of ours that never changes.
    public var ruleID: String {
        switch self {
        case .rule(let reason): reason.ruleID
        case .protected, .protectedAs: "protected"
        case .linked: "linked"
        case .retired: "retired"
        case .dismissed: "dismissed"
        case .referenced: "referenced"
        case .neededInTrash: "neededInTrash"
        case .namedByPointer: "namedByPointer"
        case .holdsSnapshot: "holdsSnapshot"
        case .attemptNotOver: "attemptNotOver"
        case .newestAttemptHasNoCheckpoint: "newestAttemptHasNoCheckpoint"
        case .otherAttemptHasNoCheckpoint: "otherAttemptHasNoCheckpoint"
        case .unfinishedForLong, .unfinished, .unfinishedNotSeenBefore: "unfinished"
        case .unreadable: "unreadable"
        case .closureUnknown: "closureUnknown"
        case .foreignEntries: "foreignEntries"
        case .referencesUnknown: "referencesUnknown"
        case .neededByLostRoot: "neededByLostRoot"
        case .undoUnknown: "undoUnknown"
        case .timesLookCopied: Self.copiedTimesID
        case .isRoot: "isRoot"
        case .flinkNotAsked: "flinkNotAsked"
        case .flinkSilent: "flinkSilent"
        case .attemptRuns: "attemptRuns"
        case .restoredFrom: "restoredFrom"
        case .savepointUnderWay: "savepointUnderWay"
        case .object(let reason): reason.ruleID
        }
    }

    /// One sentence for people, lower case, without a full stop.
    public var text: String {
        switch self {
        case .rule(let reason): reason.text
        case .protected: "the policy protects it by name"
        case .protectedAs(let line): "the policy protects it by name, as \"\(line)\""
        case .linked(let link): "the symbolic link \"\(link)\" leads to it"
        case .retired(let note): "its job is retired \(note.text)"
        case .dismissed(let note): "dismissed \(note.text)"
        case .referenced(let by, let file, let byNameOnly):
            byNameOnly
                ? "\"\(by)\" stays and references a file called \"\(file.path.last)\""
                : "\"\(by)\" stays and references \"\(file.path.last)\" in it"
        case .neededInTrash(let by, let file):
            "\"\(by)\" goes to the trash and references \"\(file.path.last)\" in it, which would be "
                + "removed for good"
        case .namedByPointer(let pointer): "the high-availability pointer \"\(pointer)\" names it"
        case .holdsSnapshot(let inner): "\"\(inner)\" lies inside it and stays"
        case .attemptNotOver(let since, let over):
            "its attempt may be running: active at \(since), counts as over after \(over)"
        case .newestAttemptHasNoCheckpoint(let attempt): attempt.textOfNeed
        case .attemptRuns(let address): "the Flink at \(address) says that its attempt is running"
        case .restoredFrom(let job, let address):
            "the Flink at \(address) says that job \(job), restored from it, is running"
        case .savepointUnderWay(let since):
            since.map { "without metadata; a savepoint of the job was asked for at \($0)" }
                ?? "without metadata; it cannot be known whether a savepoint of the job is under way"
        case .otherAttemptHasNoCheckpoint(let attempt): attempt.textOfSuccession
        case .unfinishedForLong(let since, let limit):
            "without metadata and unchanged since \(since), longer than \(limit)"
        case .unfinished(let newest, let limit):
            "without metadata, in progress or failed: last written at \(newest), less than \(limit) ago"
        case .unfinishedNotSeenBefore(let seen, let limit):
            seen.map { "without metadata; first seen so at \($0), less than \(limit) ago" }
                ?? "without metadata; no earlier run saw it with these entries"
        case .object(let reason): reason.text
        default: textOfUnknown
        }
    }

    /// The same without what is told of one thing alone, for a line about many.
    public var summary: String {
        switch self {
        case .attemptNotOver: "its attempt may be running"
        case .object(let reason): reason.summary
        default: text
        }
    }

    private var textOfUnknown: String {
        switch self {
        case .unreadable(let why): "its metadata cannot be read: \(why)"
        case .closureUnknown(let place, let cause, let count):
            "it cannot be known whether it is closed: \"\(place)\": \(cause)"
                + (count > 1 ? ", and \(count - 1) more files" : "")
        case .foreignEntries(let first, let count):
            "holds what is not Flink's: \"\(first)\"" + (count > 1 ? " and \(count - 1) more" : "")
        case .referencesUnknown(let place, let why):
            "something may need it: \"\(place)\" was not read: \(why)"
        case .neededByLostRoot(let root, let held, let holds):
            "something below \"\(root)\" needed it, which held \(held) files at the last run and holds "
                + "\(holds) now"
        case .undoUnknown(let why): "whether it could be brought back is not known: \(why)"
        case .timesLookCopied(.tooFast(let one, let other)):
            "times of the job look copied: \"\(one)\" and \"\(other.path.last)\" cannot lie so close "
                + "in time"
        case .timesLookCopied(.rewritten(let place, let before)):
            "times of the job look copied: \"\(place)\" was written at \(before), as an earlier run "
                + "saw it, and only its time has changed since"
        case .isRoot: "the root itself is never removed"
        case .flinkNotAsked(let url):
            "the policy names the Flink at \(url), which was not asked"
        case .flinkSilent(let url, let why):
            "the Flink at \(url), which has to be asked, did not answer: \(why)"
        default: ruleID
        }
    }
}
