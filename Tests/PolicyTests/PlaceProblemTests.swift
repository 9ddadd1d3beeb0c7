// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: places.
struct PlaceProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "a relative place to read",
            beside(#"alsoRead: ["flink"]"#),
            """
            policy.json5:2:14: alsoRead[0]: cannot use place "flink": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            """
        ),
        WrongPolicy(
            "a bucket without a name to read",
            beside(#"alsoRead: ["s3:///"]"#),
            """
            policy.json5:2:14: alsoRead[0]: cannot use place "s3:///": it names no bucket
              hint: write s3://, the bucket and the path
            """
        ),
        WrongPolicy(
            "jobs to read",
            beside(#"alsoRead: ["/x/{job}"]"#),
            """
            policy.json5:2:14: alsoRead[0]: cannot use place "/x/{job}": {job} cannot stand here
              hint: write the path out
            """
        ),
        WrongPolicy(
            "a store to protect",
            beside(#"protect: ["s3://bucket"]"#),
            """
            policy.json5:2:13: protect[0]: cannot use place "s3://bucket": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "an unknown scheme to protect",
            beside(#"protect: ["s4://bucket/x"]"#),
            """
            policy.json5:2:13: protect[0]: cannot use place "s4://bucket/x": scheme "s4" is not known
              hint: write s3://
            """
        ),
        WrongPolicy(
            "a pattern to protect",
            beside(#"protect: ["/x/*"]"#),
            """
            policy.json5:2:13: protect[0]: cannot use place "/x/*": no pattern but {job} is expanded
              hint: write the path out, or {job} in a root
            """
        ),
        WrongPolicy(
            "a relative alias",
            beside(#"aliases: { "data": "/x" }"#),
            """
            policy.json5:2:14: aliases.data: cannot use place "data": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            """
        ),
        WrongPolicy(
            "an alias to an unknown scheme",
            beside(#"aliases: { "hdfs://a": "gs://b/x" }"#),
            """
            policy.json5:2:26: aliases["hdfs://a"]: cannot use place "gs://b/x": scheme "gs" is not known
              hint: write one of file, hdfs, viewfs, s3, s3a, s3n, s3p
            """
        ),
        WrongPolicy(
            "an alias for all jobs",
            beside(#"aliases: { "hdfs://a/{job}": "/x" }"#),
            """
            policy.json5:2:14: aliases["hdfs://a/{job}"]: cannot use place "hdfs://a/{job}": {job} cannot stand here
              hint: write the path out
            """
        ),
        WrongPolicy(
            "rest jobmanager:8081",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "jobmanager:8081" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "jobmanager:8081": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest ftp://x",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "ftp://x" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "ftp://x": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://:8081",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://:8081" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://:8081": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://jm:0",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://jm:0" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://jm:0": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://jm:99999",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://jm:99999" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://jm:99999": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://jm:80a",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://jm:80a" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://jm:80a": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://jm 1:80",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://jm 1:80" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://jm 1:80": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://u:p@jm:8081",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://u:p@jm:8081" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://…@jm:8081": it names a user or a secret
              hint: leave the user out; credentials come from the environment
            """
        ),
        WrongPolicy(
            "rest http://jm/?a=1",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://jm/?a=1" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://jm/?a=1": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://{job}-jm:8081",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://{job}-jm:8081" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://{job}-jm:8081": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "rest http://[::1",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { rest: "http://[::1" }"#),
            """
            policy.json5:2:52: jobs[0].flink.rest: cannot use address "http://[::1": it is not the address of a Flink REST interface
              hint: write rest: "http://jobmanager:8081"
            """
        ),
    ]
}
