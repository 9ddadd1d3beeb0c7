// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

/// Layouts of roots that have to be accepted; the refused ones are in `OverlapProblemTests`.
struct RootLayoutTests {
    @Test(arguments: allowed) func `accepts roots that design and Flink allow`(
        _ name: String,
        _ policy: String
    ) {
        #expect(complaints(policy) == "")
    }

    static let allowed: [(String, String)] = [
        (
            "savepoints in the checkpoints of their job",
            jobs(#"name: "a", checkpoints: "/cp/a", savepoints: "/cp/a/sp""#)
        ),
        (
            "savepoints in the checkpoints of another job",
            jobs(#"name: "a", checkpoints: "/cp""#, #"name: "b", savepoints: "/cp/sp""#)
        ),
        (
            "savepoints of all jobs in their checkpoints",
            jobs(#"name: "{job}", checkpoints: "/f/{job}", savepoints: "/f/{job}/sp""#)
        ),
        (
            "both kinds of one job in one place",
            jobs(#"name: "a", checkpoints: "/f", savepoints: "/f""#)
        ),
        (
            "an explicit job in the place of a pattern",
            jobs(#"name: "{job}", savepoints: "/sp/{job}""#, #"name: "a", savepoints: "/sp/a""#)
        ),
        (
            "an explicit job in the place of a pattern with something behind",
            jobs(#"name: "a", savepoints: "/f/a/sp""#, #"name: "{job}", savepoints: "/f/{job}/sp""#)
        ),
        (
            "an explicit job that the pattern never matches",
            jobs(
                #"name: "{job}", checkpoints: "/f/x-{job}""#,
                #"name: "a", checkpoints: "/f/y-a/deep""#
            )
        ),
        (
            "a job below Flink's own folder, which no pattern matches",
            jobs(
                #"name: "{job}", checkpoints: "/f/{job}""#,
                #"name: "a", checkpoints: "/f/dstl/deep""#
            )
        ),
        (
            "patterns that differ in front",
            jobs(
                #"name: "a-{job}", savepoints: "/f/a-{job}""#,
                #"name: "b-{job}", savepoints: "/f/b-{job}""#
            )
        ),
        (
            "patterns that differ behind",
            jobs(
                #"name: "a-{job}", savepoints: "/f/{job}-a""#,
                #"name: "b-{job}", savepoints: "/f/{job}-b""#
            )
        ),
        (
            "patterns that differ below",
            jobs(#"name: "{job}", savepoints: "/f/{job}/sp", checkpoints: "/f/{job}/cp""#)
        ),
        (
            "a pattern in a bucket of its own",
            jobs(#"name: "{job}", savepoints: "s3://flink-sp/{job}""#)
        ),
        (
            "a changelog in its job's checkpoints",
            jobs(#"name: "a", checkpoints: "/cp", changelog: "/cp/dstl""#)
        ),
        (
            "one changelog for a cluster",
            jobs(
                #"name: "a", checkpoints: "/cp/a", changelog: "/dstl""#,
                #"name: "b", checkpoints: "/cp/b", changelog: "/dstl/""#
            )
        ),
        (
            "one changelog for all jobs of a pattern",
            jobs(#"name: "{job}", checkpoints: "/cp/{job}", changelog: "/dstl""#)
        ),
        (
            "one path in two stores",
            jobs(
                #"name: "a", savepoints: "hdfs://x/sp""#,
                #"name: "b", savepoints: "hdfs://y/sp""#,
                #"name: "c", savepoints: "/sp""#
            )
        ),
        (
            "a name that begins like another",
            jobs(#"name: "a", savepoints: "/sp/a""#, #"name: "b", savepoints: "/sp/ab""#)
        ),
        (
            "reading everywhere else",
            #"{ jobs: [{ name: "a", savepoints: "/sp/a" }], alsoRead: ["/", "/sp", "/sp/a/b"] }"#
        ),
    ]
}
