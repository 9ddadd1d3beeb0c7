// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Policy

@Suite struct StoreProblemTests {
    private func stores(_ text: String) throws -> StoreSettings {
        try decode(beside("stores: \(text)")).stores
    }

    @Test func `says everything about HDFS by default`() throws {
        #expect(try stores("{}") == .builtIn)
        #expect(StoreSettings.builtIn.hdfs.command == ["hdfs"])
    }

    @Test func `takes a command line, options and a time limit`() throws {
        let hdfs = try stores(
            """
            { hdfs: { command: ["sudo", "-u", "flink", "/opt/hadoop/bin/hdfs"],
                      options: ["-Ddfs.client.failover.max.attempts=4"],
                      javaOptions: [], timeLimit: "2h" } }
            """
        ).hdfs
        #expect(hdfs.command == ["sudo", "-u", "flink", "/opt/hadoop/bin/hdfs"])
        #expect(hdfs.options == ["-Ddfs.client.failover.max.attempts=4"])
        #expect(hdfs.javaOptions.isEmpty)
        #expect(hdfs.timeLimit == RetentionDuration(2, .hours))
    }

    @Test(arguments: [
        ("{ hdfs: { comand: [] } }", "cannot use key \"comand\": it is not known here"),
        ("{ hdfs: { command: \"hdfs\" } }", "cannot use text \"hdfs\": a list is due"),
        (
            "{ hdfs: { command: [] } }",
            "cannot use an empty command line: it names no program"
        ),
        (
            "{ hdfs: { command: [\"bin/hdfs\"] } }",
            "cannot use program \"bin/hdfs\": it is neither a bare name nor an absolute path"
        ),
        (
            "{ hdfs: { timeLimit: \"0m\" } }",
            "cannot use 0m as a call's time limit: it is not above 0 and at most a day"
        ),
        (
            "{ hdfs: { timeLimit: \"1mo\" } }",
            "cannot use 1mo as a call's time limit: it is not above 0 and at most a day"
        ),
    ])
    func `names what is wrong`(text: String, message: String) {
        #expect(complaints(beside("stores: \(text)")).contains(": \(message)\n  hint: "))
    }
}
