// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: overlaps.
struct OverlapProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "two jobs with one root",
            jobs(#"name: "a", savepoints: "/sp""#, #"name: "b", savepoints: "/sp/""#),
            """
            policy.json5:3:28: jobs[1].savepoints: cannot use root "file:///sp": it is the same place as jobs[0].savepoints "file:///sp"
              hint: give every job a root of its own, or say in each job what is its own: attempts: { digits: ["1a2b3c"] }
            """
        ),
        WrongPolicy(
            "one root by two schemes",
            jobs(#"name: "a", savepoints: "s3://b/sp""#, #"name: "b", checkpoints: "s3a://b//sp""#),
            """
            policy.json5:3:29: jobs[1].checkpoints: cannot use root "s3a://b/sp": it is the same place as jobs[0].savepoints "s3://b/sp"
              hint: give every job a root of its own, or say in each job what is its own: attempts: { digits: ["1a2b3c"] }
            """
        ),
        WrongPolicy(
            "one root by an alias",
            """
            { aliases: { "hdfs://nn1:8020": "hdfs://ns" }, jobs: [
              { name: "a", savepoints: "hdfs://nn1:8020/sp" },
              { name: "b", savepoints: "hdfs://ns/sp" },
            ] }
            """,
            """
            policy.json5:3:28: jobs[1].savepoints: cannot use root "hdfs://ns/sp": it is the same place as jobs[0].savepoints "hdfs://nn1:8020/sp"
              hint: give every job a root of its own, or say in each job what is its own: attempts: { digits: ["1a2b3c"] }
            """
        ),
        WrongPolicy(
            "one root by localhost",
            jobs(
                #"name: "a", savepoints: "file://localhost/sp""#,
                #"name: "b", savepoints: "/sp""#
            ),
            """
            policy.json5:3:28: jobs[1].savepoints: cannot use root "file:///sp": it is the same place as jobs[0].savepoints "file:///sp"
              hint: give every job a root of its own, or say in each job what is its own: attempts: { digits: ["1a2b3c"] }
            """
        ),
        WrongPolicy(
            "savepoints inside savepoints",
            jobs(#"name: "a", savepoints: "/sp""#, #"name: "b", savepoints: "/sp/b""#),
            """
            policy.json5:3:28: jobs[1].savepoints: cannot use root "file:///sp/b": it lies inside jobs[0].savepoints "file:///sp"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "savepoints around savepoints",
            jobs(#"name: "a", savepoints: "/sp/a""#, #"name: "b", savepoints: "/sp""#),
            """
            policy.json5:3:28: jobs[1].savepoints: cannot use root "file:///sp": inside it lies jobs[0].savepoints "file:///sp/a"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "checkpoints inside savepoints",
            jobs(#"name: "a", savepoints: "/f", checkpoints: "/f/cp""#),
            """
            policy.json5:2:47: jobs[0].checkpoints: cannot use root "file:///f/cp": it lies inside jobs[0].savepoints "file:///f"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "checkpoints inside checkpoints",
            jobs(#"name: "a", checkpoints: "/cp""#, #"name: "b", checkpoints: "/cp/b""#),
            """
            policy.json5:3:29: jobs[1].checkpoints: cannot use root "file:///cp/b": it lies inside jobs[0].checkpoints "file:///cp"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "a changelog inside another job's checkpoints",
            jobs(
                #"name: "a", checkpoints: "/cp""#,
                #"name: "b", checkpoints: "/cq", changelog: "/cp/dstl""#
            ),
            """
            policy.json5:3:47: jobs[1].changelog: cannot use root "file:///cp/dstl": it lies inside jobs[0].checkpoints "file:///cp"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "a changelog inside savepoints",
            jobs(#"name: "a", savepoints: "/sp", changelog: "/sp/dstl""#),
            """
            policy.json5:2:46: jobs[0].changelog: cannot use root "file:///sp/dstl": it lies inside jobs[0].savepoints "file:///sp"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "a changelog in the place of the checkpoints",
            jobs(#"name: "a", checkpoints: "/cp", changelog: "/cp""#),
            """
            policy.json5:2:47: jobs[0].changelog: cannot use root "file:///cp": it is the same place as jobs[0].checkpoints "file:///cp"
              hint: give every job a root of its own
            """
        ),
        WrongPolicy(
            "a changelog that a pattern takes for a job",
            jobs(#"name: "{job}", checkpoints: "/cp/{job}", changelog: "/cp/changes""#),
            """
            policy.json5:2:57: jobs[0].changelog: cannot use root "file:///cp/changes": it can be the same place as jobs[0].checkpoints "file:///cp/{job}"
              hint: give every job a root of its own
            """
        ),
        WrongPolicy(
            "one pattern twice",
            jobs(
                #"name: "{job}", savepoints: "/sp/{job}""#,
                #"name: "x-{job}", savepoints: "/sp/{job}""#
            ),
            """
            policy.json5:3:34: jobs[1].savepoints: cannot use root "file:///sp/{job}": it is the same place as jobs[0].savepoints "file:///sp/{job}"
              hint: give every job a root of its own, or say in each job what is its own: attempts: { digits: ["1a2b3c"] }
            """
        ),
        WrongPolicy(
            "patterns that contest a directory",
            jobs(
                #"name: "{job}", savepoints: "/sp/{job}""#,
                #"name: "x-{job}", savepoints: "/sp/x-{job}""#
            ),
            """
            policy.json5:3:34: jobs[1].savepoints: cannot use root "file:///sp/x-{job}": it can be the same place as jobs[0].savepoints "file:///sp/{job}"
              hint: give every job a root of its own
            """
        ),
        WrongPolicy(
            "a pattern inside a job",
            jobs(#"name: "a", checkpoints: "/cp""#, #"name: "{job}", checkpoints: "/cp/{job}""#),
            """
            policy.json5:3:33: jobs[1].checkpoints: cannot use root "file:///cp/{job}": it lies inside jobs[0].checkpoints "file:///cp"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "a job deep inside a pattern",
            jobs(
                #"name: "{job}", checkpoints: "/cp/{job}""#,
                #"name: "a", checkpoints: "/cp/a/deep""#
            ),
            """
            policy.json5:3:29: jobs[1].checkpoints: cannot use root "file:///cp/a/deep": it lies inside jobs[0].checkpoints "file:///cp/{job}"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "a job around a pattern's directory",
            jobs(#"name: "{job}", checkpoints: "/f/{job}/cp""#, #"name: "a", checkpoints: "/f/a""#),
            """
            policy.json5:3:29: jobs[1].checkpoints: cannot use root "file:///f/a": inside it lies jobs[0].checkpoints "file:///f/{job}/cp"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
        WrongPolicy(
            "a root that an alias says is gone",
            """
            { aliases: { "hdfs://old": null }, jobs: [
              { name: "a", savepoints: "hdfs://old/sp" },
            ] }
            """,
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "hdfs://old/sp": alias "hdfs://old/" says that it is gone
              hint: remove the alias, or the root
            """
        ),
        WrongPolicy(
            "a root that an alias makes a whole bucket",
            """
            { aliases: { "hdfs://old/sp": "s3://b" }, jobs: [
              { name: "a", savepoints: "hdfs://old/sp" },
            ] }
            """,
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "hdfs://old/sp": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
    ]
}
