// SPDX-License-Identifier: Apache-2.0

import S3Storage

/// The reader of what a run wrote down in a bucket about what it deleted.
public struct TrashRecordSubject: FuzzSubject {
    /// Its name.
    public static let name = "trash-record"

    /// Records before and after a deletion.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/trash-record", endingIn: ".json")
    }

    /// Makes one.
    public init() {}

    /// What reads reads back when it is written.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        guard let record = TrashRecord(input) else { return nil }
        let written = record.encoded
        guard let again = TrashRecord(written), again.encoded == written,
            again.entries.map(\.object) == record.entries.map(\.object),
            again.entries.map(\.path) == record.entries.map(\.path),
            again.entries.map(\.marker) == record.entries.map(\.marker)
        else { return "its own record reads as another" }
        return nil
    }
}
