// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import SnapshotModel

extension ObjectReason {
    /// One sentence for people, lower case, without a full stop.
    var text: String {
        switch self {
        case .unreferenced(let modified, let seen, let limit):
            "nothing references it, written at \(modified), longer than \(limit) ago"
                + Self.since(seen)
        case .emptyAttempt(let newest, let seen, let limit):
            "nothing is left in its attempt, unchanged since \(newest), longer than \(limit)"
                + Self.since(seen)
        case .young(let modified, let until, let limit):
            "nothing references it; written at \(modified), not older than \(limit) until \(until)"
        case .seenTooRarely(let seen, let all):
            seen < 2
                ? "nothing references it; \(all) runs have to find it so, and this is the first"
                : "nothing references it; \(seen) of the \(all) runs that have to find it so did"
        case .seenTooLately(let seen, let until, let apart):
            "nothing references it; first found so at \(seen), less than \(apart) ago until \(until)"
        case .namedInState(let snapshot): "its name stands in the state of \"\(snapshot)\""
        case .stateNotSearched(let place, let why):
            "its name may stand in state that was not searched: \"\(place)\": \(why)"
        case .shrunkenRoot(let root, let held, let holds):
            "something may need it: \"\(root)\" holds \(holds) files and held \(held) at the last run"
        default: summary
        }
    }

    /// The same without what is told of this one alone, for a line about many.
    var summary: String {
        switch self {
        case .needed(let protection): Self.text(of: protection)
        case .namedInState: "its name stands in the state of a snapshot"
        case .unreferenced: "nothing references it"
        case .emptyAttempt: "nothing is left in its attempt"
        case .emptiedAttempt: "nothing is left in its attempt once this run is done"
        case .young(_, _, let limit): "nothing references it, and it is not older than \(limit)"
        case .seenTooRarely(_, let all):
            "nothing references it, and fewer than \(all) runs found it so"
        case .seenTooLately(_, _, let apart):
            "nothing references it, first found so less than \(apart) ago"
        case .needsFlinksWord(let kind):
            "\(kind.phrase): its job may still write to it; that needs Flink's own word that the "
                + "job ended, or \"janitor retire\""
        case .taskOwnedStays:
            "sinks with a write-ahead log name such files in their own state; the policy's "
                + "orphans.taskOwned is false"
        case .notSwept(let kind): "\(kind.phrase): never removed by itself"
        case .ownDirectory: "an empty directory that is no attempt's"
        case .attemptHoldsMore: "its attempt holds more than empty directories"
        case .stateNotSearched: "its name may stand in state that was not searched"
        case .ageUnknown: "the store does not tell how old it is"
        case .shrunkenRoot: "a root lost most of what it held at the last run"
        }
    }

    private static func since(_ seen: Instant?) -> String {
        seen.map { "; first found so at \($0)" } ?? ""
    }

    private static func text(of protection: Protection) -> String {
        switch protection {
        case .referenced: "a snapshot references it"
        case .named: "a snapshot references a file of this name"
        case .pinned: "a snapshot pins the directory"
        case .pointer: "a high-availability pointer may name it"
        case .possible:
            "a snapshot references a file of its length here that is not there: its metadata may be "
                + "damaged"
        }
    }
}

extension LooseKind {
    /// What it is in a sentence.
    var phrase: String {
        switch self {
        case .shared: "shared state"
        case .forst: "a file of a ForSt database"
        case .merged: "a file of file merging"
        case .taskOwned: "task-owned state"
        case .changelog: "a file of the changelog"
        case .pointer: "a high-availability pointer"
        case .label: "a label outside a snapshot"
        case .emptyDirectory: "an empty directory"
        case .special: "a link, or another thing that is no file"
        case .unknown: "not a name that Flink is known to write here"
        }
    }
}
