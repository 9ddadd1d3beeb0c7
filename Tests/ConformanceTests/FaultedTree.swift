// SPDX-License-Identifier: Apache-2.0

import DemoTree
import SnapshotModel

/// The tree that faults are tried on, the same in HDFS and in S3.
///
/// Of each job three savepoints, the newest of which stays. Of job `a` two attempts that are over: the
/// second one was restored from the first and needs files of its checkpoints and of its `shared`, where
/// one file lies that nobody needs. Of what a run takes one checkpoint has to go before another, and
/// what stays is needed by what stays. Beside the roots lies what is nobody's business.
enum FaultedTree {
    /// What the policy keeps, and when it sweeps: at once, so that one run does all that there is to do.
    static let rules = """
        savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, \
        orphans: { age: "1h", sightings: 1, apart: "1m" }
        """

    /// How many files it has with jobs `a` and `b`, and how many of them a run takes.
    static let count = (files: 26, taken: 14)

    /// What may stand behind the name of the tree's top: in S3 a name that begins alike lies beside it.
    static let neighbour = "-a/savepoint-1/_metadata"

    private static let other = "other/savepoint-0e8e6e-000000000001"
    private static let first = "cp/a/0de5500000000000000000000000aaaa"
    private static let second = "cp/a/0de5500000000000000000000000bbbb"
    private static let needed = "\(first)/shared/5a11ed01-0000-4000-8000-000000000001"
    private static let orphan = "\(first)/shared/5a11ed01-0000-4000-8000-000000000002"

    /// The directory of a savepoint.
    static func savepoint(_ job: String, _ number: Int) -> String {
        "sp/\(job)/savepoint-5a1e5a-00000000000\(number)"
    }

    /// Whether a run leaves a file where it is.
    static func stays(_ path: String) -> Bool {
        let directories = ["other", "\(first)/chk-2", "\(second)/chk-10"]
        return path == needed || path == neighbour
            || path.contains("/savepoint-5a1e5a-000000000003/")
            || directories.contains { path.hasPrefix("\($0)/") }
    }

    /// Writes it.
    ///
    /// - Parameters:
    ///   - writer: Where to.
    ///   - jobs: Names of jobs with savepoints; checkpoints are those of `a` in any case.
    ///   - time: Tells the time so many days ago. All of it is older than any of the clocks that tests
    ///     set would make too young.
    /// - Throws: Where the disk does not let it be written.
    static func write(
        into writer: inout TreeWriter,
        jobs: [String],
        at time: (Int) -> Instant
    ) throws {
        try writer.savepoint(other, id: 1, size: 50, at: time(49))
        for job in jobs {
            for number in 1...3 {
                try writer.savepoint(
                    savepoint(job, number),
                    id: Int64(number),
                    size: 50,
                    at: time(60 - number)
                )
            }
        }
        let shared = SampleMetadata.File(needed, 70)
        try writer.write(needed, [UInt8](repeating: 1, count: 70), at: time(59))
        try writer.write(orphan, [UInt8](repeating: 2, count: 40), at: time(58))
        var claimed: [SampleMetadata.File] = []
        for number in 2...3 {
            let directory = "\(first)/chk-\(number)"
            let file = SampleMetadata.File("\(directory)/\(writer.uuid())", 60)
            try writer.write(file.path, [UInt8](repeating: 3, count: 60), at: time(60 - number))
            try writer.checkpoint(
                directory,
                id: Int64(number),
                shared: [shared],
                size: 50,
                at: time(60 - number)
            )
            claimed.append(file)
        }
        // chk-9, which goes, needs a file in chk-3, which goes; chk-10, which stays, one in chk-2.
        for (number, file) in [(9, claimed[1]), (10, claimed[0])] {
            try writer.checkpoint(
                "\(second)/chk-\(number)",
                id: Int64(number),
                shared: [shared, file],
                size: 50,
                at: time(60 - number)
            )
        }
    }

    /// Writes one more savepoint, which is older than all others: a run takes it.
    ///
    /// - Returns: Its directory.
    /// - Throws: Where the disk does not let it be written.
    static func writeOlder(
        into writer: inout TreeWriter,
        at time: (Int) -> Instant
    ) throws -> String {
        // Names of files are random: one that stands twice would be taken for what others need.
        for _ in 0..<100 { _ = writer.uuid() }
        let directory = savepoint("a", 0)
        try writer.savepoint(directory, id: 100, size: 50, at: time(61))
        return directory
    }
}

extension Instant {
    /// The moment so many days before.
    func earlier(byDays days: Int) -> Instant {
        advanced(byNanoseconds: -Int64(days) * 86_400_000_000_000)
    }
}
