// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// What an operator said explicitly against the laws of caution: the ways out of them (design §6).
///
/// A waiver that does not hold any more makes a plan leave more, never take more.
public struct Waivers: Hashable, Sendable {
    /// Who said something, when, and why.
    public struct Note: Hashable, Sendable {
        /// The user and the host.
        public var by: String
        /// The moment.
        public var at: Instant
        /// The reason in the operator's words.
        public var because: String

        /// Makes a note of its parts.
        public init(by: String, at: Instant, because: String) {
            self.by = by
            self.at = at
            self.because = because
        }
    }

    /// A snapshot that neither counts nor freezes anything, as long as its metadata are these.
    public struct Dismissal: Hashable, Sendable {
        /// Length of its `_metadata` in bytes.
        public var length: Int64
        /// Modification time of its `_metadata`.
        public var modified: Instant
        /// Checksum of the bytes of its `_metadata`.
        public var checksum: String
        /// Who dismissed it, and why.
        public var note: Note

        /// Makes a dismissal of its parts.
        public init(length: Int64, modified: Instant, checksum: String, note: Note) {
            self.length = length
            self.modified = modified
            self.checksum = checksum
            self.note = note
        }
    }

    /// Dismissed snapshots by their directories.
    public var dismissals: [StorageURL: Dismissal]
    /// Jobs that are no more, by name.
    public var retirements: [String: Note]

    /// Makes waivers; without arguments none.
    public init(dismissals: [StorageURL: Dismissal] = [:], retirements: [String: Note] = [:]) {
        self.dismissals = dismissals
        self.retirements = retirements
    }
}

extension Waivers.Note {
    /// `by ada@host at 2026-11-22T02:00:00Z: "reason"`.
    var text: String { "by \(by) at \(at): \"\(because)\"" }
}
