// SPDX-License-Identifier: Apache-2.0

public import Retention
public import SnapshotModel

/// Why a snapshot, or something outside snapshots, is kept, condemned or left alone.
///
/// Always a value; the text for people and the rule's name for machines are made in one place,
/// `Reason+Text.swift`.
public enum Reason: Hashable, Sendable {
    // MARK: From the policy

    /// A rule of the policy, or law 3, decided.
    case rule(RetentionReason)
    /// The policy's `protect` names it.
    case protected
    /// The policy's `protect` names it, or may mean it, by another path; which.
    case protectedAs(StorageURL)
    /// A symbolic link leads to it; which.
    case linked(StorageURL)
    /// Its job is retired: law 3, quiet and rules that count hold no more.
    case retired(Waivers.Note)
    /// An operator dismissed it: it counts in no rule and holds up nothing.
    case dismissed(Waivers.Note)

    // MARK: Kept because something else needs it

    /// A snapshot that stays references a file in its directory.
    case referenced(by: StorageURL, file: StorageURL, byNameOnly: Bool)
    /// A snapshot that goes to the trash references a file in its directory, which has no trash.
    case neededInTrash(by: StorageURL, file: StorageURL)
    /// A high-availability pointer file names it or a file in it.
    case namedByPointer(StorageURL)
    /// A snapshot that is not condemned lies inside its directory.
    case holdsSnapshot(StorageURL)

    // MARK: Flink's own

    /// Its attempt is not over: Flink may still use and delete it.
    case attemptNotOver(quietSince: Instant, overAfter: Instant)
    /// The job's newest attempt is not over and has no complete checkpoint yet: it may need any.
    case newestAttemptHasNoCheckpoint(attempt: StartingAttempt)
    /// Its job is retired, and the newest attempt of another job has no complete checkpoint yet: it
    /// may have been restored from it.
    case otherAttemptHasNoCheckpoint(attempt: StartingAttempt)

    /// Flink says that its attempt runs, or may run again.
    case attemptRuns(String)
    /// A job that runs was restored from it, Flink says.
    case restoredFrom(by: ObjectName, String)

    // MARK: Not complete

    /// Without metadata; this program asked for a savepoint of the job, and it may be this one.
    case savepointUnderWay(since: Instant?)

    /// Without metadata and older than the policy's `unfinished`, seen unchanged by an earlier run.
    case unfinishedForLong(since: Instant, limit: String)
    /// Without metadata; in progress or failed, not old enough to tell.
    case unfinished(newest: Instant, limit: String)
    /// Without metadata and old enough, but no earlier run saw the same entries so long ago.
    case unfinishedNotSeenBefore(firstSeen: Instant?, limit: String)

    // MARK: Left alone because it cannot be known

    /// Its metadata do not read; why.
    case unreadable(String)
    /// It cannot be known whether its references are there; the first one, and how many.
    case closureUnknown(StorageURL, cause: String, count: Int)
    /// Entries in its directory are neither Flink's nor ours; the first one, and how many.
    case foreignEntries(ObjectName, count: Int)
    /// Something that could reference it was not read; what.
    case referencesUnknown(blockedBy: StorageURL, why: String)
    /// Something below a root needed it that lost most of what it held at the last run.
    case neededByLostRoot(StorageURL, held: Int, holds: Int)
    /// The store did not say whether it could be brought back, as the policy wants it; why.
    case undoUnknown(String)
    /// Times of its job look copied and are not believed; what shows it.
    case timesLookCopied(CopyWitness)
    /// Its root is the snapshot itself.
    case isRoot
    /// The policy names a Flink for its job, and that Flink was not asked.
    case flinkNotAsked(String)
    /// The Flink that the policy names for its job did not say what has to be known; why.
    case flinkSilent(String, why: String)

    // MARK: Outside snapshots

    /// What can be said only of a file or directory outside snapshots.
    case object(ObjectReason)
}

extension Reason {
    /// Whether the attempt of a snapshot runs, or may run for all that is known (law 7).
    public var isOfOpenAttempt: Bool {
        switch self {
        case .attemptNotOver, .attemptRuns, .flinkNotAsked, .flinkSilent: true
        default: false
        }
    }

    /// Whether the reason leaves a snapshot alone because something could not be known.
    ///
    /// Such a reason makes the run partial (exit code 3).
    public var isUnknown: Bool {
        switch self {
        case .unreadable, .closureUnknown, .referencesUnknown, .neededByLostRoot, .undoUnknown,
            .timesLookCopied, .flinkNotAsked, .flinkSilent:
            true
        case .object(let reason): reason.isUnknown
        default: false
        }
    }
}
