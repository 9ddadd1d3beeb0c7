// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// A small tree with every kind of verdict in it: three jobs, a year and a half.
///
/// The times are told from a given moment, so that the same rules decide the same whenever it is
/// shown.
public struct DemoTree {
    private static let day: Int64 = 86_400_000_000_000

    private let now: Instant
    private var writer: TreeWriter

    private init(top: String, now: Instant) {
        self.now = now
        writer = TreeWriter(top: top)
    }

    /// Writes the tree.
    ///
    /// - Parameters:
    ///   - top: An empty directory.
    ///   - now: The moment from which its times are told.
    /// - Throws: Where the disk does not let it be written.
    public static func write(into top: String, now: Instant) throws {
        var tree = DemoTree(top: top, now: now)
        try tree.writeSales()
        try tree.writeOrders()
        try tree.writeAudit()
        try tree.writer.settleTimes()
    }

    /// The policy that goes with it, as a JSON5 text.
    ///
    /// - Parameter top: Where the tree was written.
    /// - Returns: The text of a policy file.
    public static func policy(top: String) -> String {
        """
        // The policy of the demonstration: what the guide for these jobs asks for.
        {
          timeZone: "UTC",
          defaults: {
            savepoints: { keepLast: 3, keepLabelled: { "pre-deploy": "30d" }, keepMonthly: "1y" },
            checkpoints: { keepLast: 2 },
          },
          jobs: [
            // Every directory under the two roots is a job.
            { name: "{job}", savepoints: "file://\(top)/savepoints/{job}",
              checkpoints: "file://\(top)/checkpoints/{job}" },
          ],
        }

        """
    }

    private func ago(days: Int64, minutes: Int64 = 0) -> Instant {
        now.advanced(byNanoseconds: -(days * Self.day + minutes * 60_000_000_000))
    }

    /// A job with a long history: monthly ones, a pre-deploy one, a pinned one, a future one.
    private mutating func writeSales() throws {
        let place = "savepoints/sales_pipeline/savepoint-5a1e5a-"
        var id: Int64 = 9000
        func name(_ id: Int64) -> String { "\(place)00000000\(id)" }
        for days: Int64 in [1, 2, 3, 4, 5, 35, 66, 96, 127, 158, 400, 430] {
            let labels = days == 430 ? ["pin"] : []
            try writer.savepoint(
                name(id),
                id: id,
                size: 120_000,
                at: ago(days: days),
                labels: labels
            )
            id -= 10
        }
        try writer.savepoint(
            name(8005),
            id: 8005,
            size: 120_000,
            at: ago(days: 20),
            labels: ["pre-deploy"]
        )
        try writer.savepoint(
            name(8006),
            id: 8006,
            size: 120_000,
            at: ago(days: 45),
            labels: ["pre-deploy"]
        )
        try writer.savepoint(name(9900), id: 9900, size: 120_000, at: ago(days: -2))
        try writeAttempt(
            "checkpoints/sales_pipeline/5a1e5a0000000000000000000000aaaa",
            ids: 7990...7994,
            days: 40
        )
        try writeAttempt(
            "checkpoints/sales_pipeline/5a1e5a0000000000000000000000bbbb",
            ids: 9001...9003,
            days: 0
        )
    }

    /// An attempt with incremental checkpoints, two minutes apart, and one file that no one needs.
    private mutating func writeAttempt(
        _ directory: String,
        ids: ClosedRange<Int64>,
        days: Int64
    ) throws {
        var files: [SampleMetadata.File] = []
        for id in ids {
            let time = ago(days: days, minutes: 2 * (ids.upperBound - id) + 1)
            let path = "\(directory)/shared/\(writer.uuid())"
            try writer.write(path, [UInt8](repeating: 1, count: 80_000), at: time)
            files.append(SampleMetadata.File(path, 80_000))
            try writer.checkpoint(
                "\(directory)/chk-\(id)",
                id: id,
                shared: files,
                size: 30_000,
                at: time
            )
        }
        let stray = "\(directory)/shared/\(writer.uuid())"
        try writer.write(
            stray,
            [UInt8](repeating: 2, count: 50_000),
            at: ago(days: days, minutes: 9)
        )
        try writer.makeDirectory("\(directory)/taskowned", at: ago(days: days, minutes: 30))
    }

    /// A job of which something is broken, unfinished, or needed by another attempt.
    private mutating func writeOrders() throws {
        let savepoints = "savepoints/orders/savepoint-0de550-"
        for (number, days) in [3, 10, 17].enumerated() {
            try writer.savepoint(
                "\(savepoints)00000000040\(number)",
                id: Int64(400 - number),
                size: 90_000,
                at: ago(days: Int64(days))
            )
        }
        // Its one file is gone: it restores nothing, and the newer ones do.
        let broken = SampleMetadata.savepoint(
            id: 300,
            file: SampleMetadata.File("5a11ed00-0000-4000-8000-ffffffffffff", 90_000)
        )
        try writer.write("\(savepoints)000000000300/_metadata", broken, at: ago(days: 500))
        // In progress or failed: nobody can tell yet.
        let unfinished = "\(savepoints)000000000410/\(writer.uuid())"
        try writer.write(unfinished, [UInt8](repeating: 3, count: 40_000), at: ago(days: 2))
        let first = "checkpoints/orders/0de5500000000000000000000000aaaa"
        try writeAttempt(first, ids: 180...181, days: 60)
        // The second attempt was restored from chk-180 and still needs the file in its directory.
        let second = "checkpoints/orders/0de5500000000000000000000000bbbb"
        let claimed = "\(first)/chk-180/\(writer.uuid())"
        try writer.write(
            claimed,
            [UInt8](repeating: 4, count: 60_000),
            at: ago(days: 60, minutes: 3)
        )
        for id: Int64 in 190...191 {
            try writer.checkpoint(
                "\(second)/chk-\(id)",
                id: id,
                shared: [SampleMetadata.File(claimed, 60_000)],
                size: 30_000,
                at: ago(days: 30, minutes: 2 * (192 - id))
            )
        }
    }

    /// A job whose savepoint somebody put a file of his own into.
    private mutating func writeAudit() throws {
        for (number, days) in [1, 8, 9, 10, 11].enumerated() {
            let directory = "savepoints/audit/savepoint-a0d170-0000000001\(number)0"
            try writer.savepoint(
                directory,
                id: Int64(100 - number),
                size: 20_000,
                at: ago(days: Int64(days))
            )
            if days == 11 {
                let note = Array("do not lose this\n".utf8)
                try writer.write("\(directory)/notes.txt", note, at: ago(days: Int64(days)))
            }
        }
    }
}
