// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// Why a label was not set or not taken away.
public enum LabelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The place is no snapshot's directory.
    case noSnapshot(StorageURL)
    /// The name is no label's.
    case badName(String)
    /// The snapshot lies in an attempt that may be running.
    case attemptNotOver(StorageURL, since: Instant, over: Instant)
    /// The label is not there.
    case notLabelled(StorageURL, String)
    /// The store failed.
    case storage(StorageError)

    /// What could not be done, why, and what to do.
    public var description: String {
        switch self {
        case .noSnapshot(let place):
            "cannot label \"\(place)\": it is not a snapshot's directory\n"
                + "  hint: give the directory that holds \"_metadata\""
        case .badName(let name):
            "cannot use the label \"\(name)\": a label is made of 1 to 100 letters, digits, "
                + "\".\", \"_\" and \"-\"\n  hint: for example \"pre-deploy\""
        case .attemptNotOver(let place, let since, let over):
            "cannot label \"\(place)\": its attempt may be running (active at \(since)), and a file "
                + "of ours would keep Flink from removing the directory\n"
                + "  hint: take a savepoint and label that, or wait until \(over)"
        case .notLabelled(let place, let name):
            "cannot take the label \"\(name)\" from \"\(place)\": it has no such label\n"
                + "  hint: \"janitor list\" shows the labels that there are"
        case .storage(let error): error.withHint
        }
    }
}
