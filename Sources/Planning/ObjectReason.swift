// SPDX-License-Identifier: Apache-2.0

public import Discovery
public import SnapshotModel

/// Why a file or directory outside snapshots is kept, condemned or left alone, as far as the same
/// cannot be said of a snapshot.
public enum ObjectReason: Hashable, Sendable {
    // MARK: Needed

    /// Something that was read needs it.
    case needed(Protection)
    /// Its name stands in the state of a snapshot: a write-ahead sink would look for it.
    case namedInState(StorageURL)

    // MARK: Condemned

    /// Nothing references it, and all that the policy asks of such a file holds.
    case unreferenced(modified: Instant, firstSeen: Instant?, limit: String)
    /// Nothing is left in its attempt's directory.
    case emptyAttempt(newest: Instant, firstSeen: Instant?, limit: String)

    /// Nothing is left in its attempt's directory once this run is done.
    case emptiedAttempt

    // MARK: Not yet

    /// It is not old enough; from when on it is.
    case young(modified: Instant, until: Instant, limit: String)
    /// Too few runs found it so: how many did, this one counted, and how many the policy asks for.
    case seenTooRarely(seen: Int, of: Int)
    /// The first run that found it so is not long enough ago.
    case seenTooLately(firstSeen: Instant, until: Instant, apart: String)

    // MARK: Not by this program

    /// Quiet does not show that nobody writes to it: Flink's own word is needed, or `retire`.
    case needsFlinksWord(LooseKind)
    /// The policy does not let go of what lies in `taskowned/`.
    case taskOwnedStays
    /// A high-availability pointer, a label, a link, or nothing that Flink is known to write.
    case notSwept(LooseKind)
    /// A directory that Flink did not make for an attempt.
    case ownDirectory
    /// An empty directory in an attempt that holds more.
    case attemptHoldsMore

    // MARK: Cannot be known

    /// The state of a snapshot was not searched for its name; why.
    case stateNotSearched(StorageURL, why: String)
    /// The store does not tell how old it is.
    case ageUnknown
    /// A root lost most of what it held at the last run, and references with it perhaps.
    case shrunkenRoot(StorageURL, held: Int, holds: Int)
}

extension ObjectReason {
    /// What the reason comes to.
    var verdict: Verdict {
        switch self {
        case .unreferenced, .emptyAttempt, .emptiedAttempt: .condemn
        case .needed(.possible): .leave
        case .needed, .namedInState, .young, .taskOwnedStays, .ownDirectory, .attemptHoldsMore:
            .keep
        case .seenTooRarely, .seenTooLately, .needsFlinksWord, .notSwept, .stateNotSearched,
            .ageUnknown, .shrunkenRoot:
            .leave
        }
    }

    /// Whether it is left alone because something could not be known.
    public var isUnknown: Bool {
        switch self {
        case .stateNotSearched, .needed(.possible): true
        default: false
        }
    }

    /// The rule's name for machines, which never changes.
    var ruleID: String {
        switch self {
        case .needed(.referenced): "referenced"
        case .needed(.named): "named"
        case .needed(.pinned): "pinnedDirectory"
        case .needed(.pointer): "namedByPointer"
        case .needed(.possible): "possiblyReferenced"
        case .namedInState: "namedInState"
        case .unreferenced: "unreferenced"
        case .emptyAttempt: "emptyAttempt"
        case .emptiedAttempt: "emptiedAttempt"
        case .young: "orphans.age"
        case .seenTooRarely: "orphans.sightings"
        case .seenTooLately: "orphans.apart"
        case .needsFlinksWord: "needsFlinksWord"
        case .taskOwnedStays: "orphans.taskOwned"
        case .notSwept: "notSwept"
        case .ownDirectory: "ownDirectory"
        case .attemptHoldsMore: "attemptHoldsMore"
        case .stateNotSearched: "stateNotSearched"
        case .ageUnknown: "ageUnknown"
        case .shrunkenRoot: "shrunkenRoot"
        }
    }
}
