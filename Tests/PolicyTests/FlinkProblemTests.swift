// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Policy

@Suite struct FlinkProblemTests {
    private func flink(_ text: String) throws -> FlinkSettings? {
        try decode(jobs("name: \"a\", savepoints: \"/sp/a\", flink: \(text)")).jobs[0].flink
    }

    @Test func `takes a way over REST with a file for curl and a name`() throws {
        let flink = try flink(
            """
            { rest: "https://jm:8081/", curlConfig: "/etc/janitor/curl.conf", job: "Sales {job}",
              timeLimit: "2m", waitLimit: "1h" }
            """
        )
        let expected = FlinkSettings(
            .rest("https://jm:8081"),
            curlConfig: "/etc/janitor/curl.conf",
            job: "Sales {job}",
            timeLimit: RetentionDuration(2, .minutes),
            waitLimit: RetentionDuration(1, .hours)
        )
        #expect(flink == expected)
        #expect(expected.flinkName(ofJob: "eu") == "Sales eu")
        #expect(FlinkSettings(.rest("http://x")).flinkName(ofJob: "eu") == "eu")
    }

    @Test func `takes thresholds of health, and writes those that are not the usual ones`() throws {
        let text = #"{ rest: "http://x", health: { duration: "10m", gigabytes: 7, growth: 0.5 } }"#
        let flink = try #require(try flink(text))
        #expect(
            flink.health
                == HealthThresholds(
                    duration: RetentionDuration(10, .minutes),
                    gigabytes: 7,
                    growth: 0.5
                )
        )
        #expect(flink.json5 == text)
        #expect(FlinkSettings(.rest("http://x")).json5 == #"{ rest: "http://x" }"#)
    }

    @Test func `takes Flink's command line with its options`() throws {
        let flink = try flink(
            #"{ command: ["sudo", "-u", "f", "flink"], options: ["-t", "yarn-session"] }"#
        )
        #expect(flink?.access == .command(["sudo", "-u", "f", "flink"]))
        #expect(flink?.address == "sudo -u f flink -t yarn-session")
        #expect(flink?.timeLimit == RetentionDuration(2, .minutes))
    }

    @Test(arguments: [
        (
            #"{ rest: "http://x", command: ["flink"] }"#,
            "cannot ask one Flink in two ways: \"rest\" and \"command\" are both there"
        ),
        (
            #"{ rest: "http://x", options: ["-t"] }"#,
            "cannot use key \"options\": it means nothing without \"command\""
        ),
        (
            #"{ command: ["flink"], curlConfig: "/c" }"#,
            "cannot use key \"curlConfig\": it means nothing without \"rest\""
        ),
        (
            #"{ rest: "http://x", curlConfig: "curl.conf" }"#,
            "cannot use file \"curl.conf\": it is not named by its whole path"
        ),
        (
            #"{ rest: "http://x", job: "" }"#,
            "cannot use \"\" as the job's name in Flink: it is empty or has line ends"
        ),
        (#"{ command: [] }"#, "cannot use an empty command line: it names no program"),
        (
            #"{ rest: "http://x", waitLimit: "1y" }"#,
            "cannot use 1y as a call's time limit: it is not above 0 and at most a day"
        ),
    ])
    func `names what is wrong`(text: String, message: String) {
        let said = complaints(jobs("name: \"a\", savepoints: \"/sp/a\", flink: \(text)"))
        #expect(said.contains(": \(message)\n  hint: "))
    }
}
