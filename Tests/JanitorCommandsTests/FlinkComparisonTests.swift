// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import FlinkClient
@testable import JanitorCommands

/// What does not fit between a Flink and a policy, one thing at a time.
@Suite struct FlinkComparisonTests {
    /// Differences of a job that is set up as the guide says, but for what a test changes.
    private func differences(
        latest: String? = "hdfs:/flink/checkpoints/sales/0123/chk-7",
        configuration: [String: String] = [:],
        keep: String = "{}",
        root: ObjectName = "hdfs://nn/flink/checkpoints/sales",
        _ change: (inout FlinkCheckpointSettings) -> Void = { _ in }
    ) throws -> [FlinkComparison.Difference] {
        var said = FlinkCheckpointSettings(
            isExactlyOnce: true,
            intervalMilliseconds: 120_000,
            timeoutMilliseconds: 900_000,
            pauseMilliseconds: 60_000,
            isRetainedOnCancellation: true,
            stateBackend: "EmbeddedRocksDBStateBackend"
        )
        change(&said)
        let text = """
            { aliases: { "hdfs:/flink": "hdfs://nn/flink" }, jobs: [ { name: 'sales', keep: \(keep),
              checkpoints: '\(root)' } ] }
            """
        let policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
        let usual = [
            "execution.checkpointing.incremental": "true", "state.checkpoints.num-retained": "3",
        ]
        let root = try #require(StorageURL(parsing: root))
        return FlinkComparison(
            said,
            FlinkConfiguration(usual.merging(configuration) { $1 }),
            latest: latest,
            policy: policy.jobs[0].settings,
            roots: ([root], []),
            aliases: policy.aliases
        ).differences
    }

    @Test func `what the guide asks for fits`() throws {
        #expect(try differences().isEmpty)
        #expect(try differences(latest: nil).isEmpty)
    }

    @Test func `names other directories, and the line for them`() throws {
        let other = try differences(latest: "hdfs://nn/flink/other/0123/chk-7")
        #expect(other.count == 1)
        #expect(other[0].text.contains("no root for them"))
        #expect(other[0].remedy.hasSuffix("hdfs:///flink/checkpoints/sales"))
        let configured = try differences(
            latest: nil,
            configuration: ["state.checkpoints.dir": "s3://bucket/checkpoints"]
        )
        #expect(configured.map(\.remedy).first?.contains("state.checkpoints.dir: ") == true)
        // The parent of the directories of all jobs is the usual thing to write there.
        #expect(
            try differences(
                latest: nil,
                configuration: ["state.checkpoints.dir": "hdfs:/flink/checkpoints"]
            ).isEmpty
        )
    }

    @Test func `names savepoints that go where nobody looks`() throws {
        let found = try differences(configuration: ["state.savepoints.dir": "s3://bucket/sp"])
        #expect(found.map(\.remedy) == ["in the policy, in the job: savepoints: \"…\""])
    }

    @Test func `names checkpoints that are not retained, and more than are kept`() throws {
        let lost = try differences { $0.isRetainedOnCancellation = false }
        #expect(lost.map(\.remedy).first?.hasSuffix("retention: RETAIN_ON_CANCELLATION") == true)
        let many = try differences(keep: "{ checkpoints: { keepLast: 2 } }")
        #expect(
            many.map(\.remedy) == [
                "in Flink's configuration: state.checkpoints.num-retained: 2, or in the policy: "
                    + "keepLast: 3"
            ]
        )
    }

    @Test func `names a backend that writes everything each time`() throws {
        let whole = ["execution.checkpointing.incremental": "false"]
        #expect(try differences(configuration: whole).count == 1)
        #expect(
            try differences(configuration: whole) { $0.stateBackend = "HashMapStateBackend" }
                .isEmpty
        )
    }

    @Test func `names times that contradict each other`() throws {
        let rare = try differences { $0.intervalMilliseconds = 1_800_000 }
        #expect(
            rare.map(\.remedy) == [
                "in Flink's configuration: execution.checkpointing.timeout: 30 min"
            ]
        )
        #expect(try differences { $0.pauseMilliseconds = 130_000 }.count == 1)
        #expect(try differences { $0.intervalMilliseconds = nil }.count == 1)
        let hasty = try differences(keep: "{ unfinished: '10m', orphans: { age: '15m' } }")
        #expect(
            hasty.map(\.remedy) == [
                "in the policy: unfinished: \"24h\"", "in the policy: orphans.age: \"24h\"",
            ]
        )
    }

    @Test func `names checkpoints that are gone before HDFS can be read`() throws {
        let one = ["state.checkpoints.num-retained": "1"]
        func remedies(_ interval: Int64, _ configuration: [String: String] = [:]) throws
            -> [String]
        {
            try differences(configuration: configuration) {
                $0.intervalMilliseconds = interval
                $0.pauseMilliseconds = 0
            }.map(\.remedy)
        }
        #expect(
            try remedies(2000) == [
                "in Flink's configuration: state.checkpoints.num-retained: 5, or "
                    + "execution.checkpointing.interval: 3334 ms"
            ]
        )
        #expect(try remedies(4000).isEmpty)
        #expect(try remedies(4000, one).count == 1)
        #expect(try remedies(10_000, one).isEmpty)
        // Whatever else is told of so many, they do not vanish too soon.
        let most = ["state.checkpoints.num-retained": "\(Int.max)"]
        #expect(try !remedies(2000, most).contains { $0.contains("checkpointing.interval") })
        // The pause makes them rarer; that it does is told by itself.
        let paused = try differences {
            $0.intervalMilliseconds = 1000
            $0.pauseMilliseconds = 5000
        }
        #expect(paused.count == 1)
    }

    @Test func `of checkpoints on a disk nobody says that they vanish too soon`() throws {
        #expect(
            try differences(latest: nil, root: "file:///flink/checkpoints/sales") {
                $0.intervalMilliseconds = 1000
                $0.pauseMilliseconds = 0
            }.isEmpty
        )
    }
}
