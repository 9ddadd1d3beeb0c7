// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: roots.
struct RootProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "root ",
            jobs(#"name: "a", savepoints: """#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "": it is empty
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            """
        ),
        WrongPolicy(
            "root flink/savepoints",
            jobs(#"name: "a", savepoints: "flink/savepoints""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "flink/savepoints": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            """
        ),
        WrongPolicy(
            "root ./sp",
            jobs(#"name: "a", savepoints: "./sp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "./sp": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            """
        ),
        WrongPolicy(
            "root hdfs:flink",
            jobs(#"name: "a", savepoints: "hdfs:flink""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "hdfs:flink": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            """
        ),
        WrongPolicy(
            "root /",
            jobs(#"name: "a", savepoints: "/""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "root ///",
            jobs(#"name: "a", savepoints: "///""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "///": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "root hdfs://nn",
            jobs(#"name: "a", savepoints: "hdfs://nn""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "hdfs://nn": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "root hdfs://nn:8020/",
            jobs(#"name: "a", savepoints: "hdfs://nn:8020/""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "hdfs://nn:8020/": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "root s3://bucket",
            jobs(#"name: "a", savepoints: "s3://bucket""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "s3://bucket": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "root s3://bucket/",
            jobs(#"name: "a", savepoints: "s3://bucket/""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "s3://bucket/": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "root s3:///x",
            jobs(#"name: "a", savepoints: "s3:///x""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "s3:///x": it names no bucket
              hint: write s3://, the bucket and the path
            """
        ),
        WrongPolicy(
            "root s3:",
            jobs(#"name: "a", savepoints: "s3:""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "s3:": it names no bucket
              hint: write s3://, the bucket and the path
            """
        ),
        WrongPolicy(
            "root file:///",
            jobs(#"name: "a", savepoints: "file:///""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "file:///": it is a whole store
              hint: name the directory in it that holds the snapshots
            """
        ),
        WrongPolicy(
            "root /flink/../etc",
            jobs(#"name: "a", savepoints: "/flink/../etc""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/flink/../etc": ".." stands in its path
              hint: write the path without it
            """
        ),
        WrongPolicy(
            "root /flink/./sp",
            jobs(#"name: "a", savepoints: "/flink/./sp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/flink/./sp": "." stands in its path
              hint: write the path without it
            """
        ),
        WrongPolicy(
            "root /sp/.janitor-trash/x",
            jobs(#"name: "a", savepoints: "/sp/.janitor-trash/x""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/sp/.janitor-trash/x": ".janitor-trash" is janitor's own
              hint: name the directory that janitor's folder lies in
            """
        ),
        WrongPolicy(
            "root file://host/sp",
            jobs(#"name: "a", savepoints: "file://host/sp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "file://host/sp": a local path has no host, and this one has "host"
              hint: write file:/// and the path
            """
        ),
        WrongPolicy(
            "root hdsf:///sp",
            jobs(#"name: "a", savepoints: "hdsf:///sp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "hdsf:///sp": scheme "hdsf" is not known
              hint: write hdfs://
            """
        ),
        WrongPolicy(
            "root gs://bucket/sp",
            jobs(#"name: "a", savepoints: "gs://bucket/sp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "gs://bucket/sp": scheme "gs" is not known
              hint: write one of file, hdfs, viewfs, s3, s3a, s3n, s3p
            """
        ),
        WrongPolicy(
            #"root C:\\flink"#,
            jobs(#"name: "a", savepoints: "C:\\flink""#),
            #"""
            policy.json5:2:28: jobs[0].savepoints: cannot use place "C:\\flink": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            """#
        ),
        WrongPolicy(
            "root s3://key:secret@bucket/sp",
            jobs(#"name: "a", savepoints: "s3://key:secret@bucket/sp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "s3://…@bucket/sp": it names a user or a secret
              hint: leave the user out; credentials come from the environment
            """
        ),
        WrongPolicy(
            "root hdfs://me@nn/sp",
            jobs(#"name: "a", savepoints: "hdfs://me@nn/sp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "hdfs://…@nn/sp": it names a user or a secret
              hint: leave the user out; credentials come from the environment
            """
        ),
        WrongPolicy(
            "root /sp/*",
            jobs(#"name: "a", savepoints: "/sp/*""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/sp/*": no pattern but {job} is expanded
              hint: write the path out, or {job} in a root
            """
        ),
        WrongPolicy(
            #"root /sp/\u0000"#,
            jobs(#"name: "a", savepoints: "/sp/\u0000""#),
            #"""
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/sp/\u0000": there is a zero byte in it
              hint: write the path without it
            """#
        ),
        WrongPolicy(
            "root /sp/{name}",
            jobs(#"name: "a", savepoints: "/sp/{name}""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/sp/{name}": {job} is the only name in braces that is known
              hint: write {job} for the directory that is named after the job
            """
        ),
        WrongPolicy(
            "root /sp/{job",
            jobs(#"name: "a", savepoints: "/sp/{job""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use place "/sp/{job": {job} is the only name in braces that is known
              hint: write {job} for the directory that is named after the job
            """
        ),
        WrongPolicy(
            "root /sp/{job}/{job}",
            jobs(#"name: "{job}", savepoints: "/sp/{job}/{job}""#),
            """
            policy.json5:2:32: jobs[0].savepoints: cannot use place "/sp/{job}/{job}": {job} stands in it more than once
              hint: keep one of them
            """
        ),
        WrongPolicy(
            "root s3://{job}/sp",
            jobs(#"name: "{job}", savepoints: "s3://{job}/sp""#),
            """
            policy.json5:2:32: jobs[0].savepoints: cannot use place "s3://{job}/sp": {job} cannot stand for a host or a bucket
              hint: write one job for each
            """
        ),
        WrongPolicy(
            "root /{job}",
            jobs(#"name: "{job}", savepoints: "/{job}""#),
            """
            policy.json5:2:32: jobs[0].savepoints: cannot use place "/{job}": every directory of the whole store would be a job
              hint: name a directory in front of {job}
            """
        ),
        WrongPolicy(
            "root hdfs://nn/{job}",
            jobs(#"name: "{job}", savepoints: "hdfs://nn/{job}""#),
            """
            policy.json5:2:32: jobs[0].savepoints: cannot use place "hdfs://nn/{job}": every directory of the whole store would be a job
              hint: name a directory in front of {job}
            """
        ),
        WrongPolicy(
            "a root that is no text",
            jobs(#"name: "a", savepoints: ["/sp"]"#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use a list: text is due
              hint: write savepoints: "hdfs:///flink/savepoints/sales"
            """
        ),
        WrongPolicy(
            "a root that is null",
            jobs(#"name: "a", savepoints: null, checkpoints: "/cp""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use null: text is due
              hint: write savepoints: "hdfs:///flink/savepoints/sales"
            """
        ),
    ]
}
