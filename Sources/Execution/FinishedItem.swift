// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// What became of one item of a step that was cut off, for the journal and for people.
struct FinishedItem {
    let result: JournalRecord.Result
    /// A line for people.
    let note: String

    init(_ outcome: JournalRecord.Outcome, error: String? = nil, note: String) {
        result = JournalRecord.Result(outcome: outcome, error: error)
        self.note = note
    }

    /// It is gone from where it was, as the note says.
    static func gone(_ note: String) -> Self { Self(.gone, note: note) }

    /// Others have taken it, as far as that is known.
    static func absent(_ place: StorageURL, _ why: String) -> Self {
        Self(.absent, error: why, note: "\"\(place)\": \(why)")
    }

    /// Nothing of it was touched, or nothing more is.
    static func left(_ place: StorageURL, _ why: String) -> Self {
        Self(.left, error: why, note: "left \"\(place)\": \(why)")
    }

    /// Nothing of it was touched.
    static func notBegun(_ place: StorageURL) -> Self {
        left(place, "it was not begun, and is planned anew")
    }

    /// A later run tries again.
    static func failed(_ why: String, note: String? = nil) -> Self {
        Self(.failed, error: why, note: note ?? why)
    }
}
