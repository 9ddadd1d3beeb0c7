// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: jobs, aliases and labels.
struct JobProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "an empty job name",
            jobs(#"name: "", savepoints: "/sp/a""#),
            """
            policy.json5:2:11: jobs[0].name: cannot use job name "": it is not a plain name
              hint: write name: "sales_pipeline", without line breaks and without spaces around it
            """
        ),
        WrongPolicy(
            "a job name with a space behind",
            jobs(#"name: "a ", savepoints: "/sp/a""#),
            """
            policy.json5:2:11: jobs[0].name: cannot use job name "a ": it is not a plain name
              hint: write name: "sales_pipeline", without line breaks and without spaces around it
            """
        ),
        WrongPolicy(
            "a job name over two lines",
            jobs(#"name: "a\nb", savepoints: "/sp/a""#),
            #"""
            policy.json5:2:11: jobs[0].name: cannot use job name "a\nb": it is not a plain name
              hint: write name: "sales_pipeline", without line breaks and without spaces around it
            """#
        ),
        WrongPolicy(
            "a job name with another placeholder",
            jobs(#"name: "{name}", savepoints: "/sp/a""#),
            """
            policy.json5:2:11: jobs[0].name: cannot use job name "{name}": one {job} is all that braces can say
              hint: write {job} for the directory's name, once, or a plain name
            """
        ),
        WrongPolicy(
            "a job name with two placeholders",
            jobs(#"name: "{job}-{job}", savepoints: "/sp/{job}""#),
            """
            policy.json5:2:11: jobs[0].name: cannot use job name "{job}-{job}": one {job} is all that braces can say
              hint: write {job} for the directory's name, once, or a plain name
            """
        ),
        WrongPolicy(
            "two jobs with one name",
            jobs(#"name: "a", savepoints: "/sp/a""#, #"name: "a", savepoints: "/sp/b""#),
            """
            policy.json5:3:11: jobs[1].name: cannot use job name "a": jobs[0].name has it already
              hint: give every job a name of its own
            """
        ),
        WrongPolicy(
            "a job without a root",
            jobs(#"name: "a""#),
            """
            policy.json5:2:3: jobs[0]: cannot use a job without a root: it has no savepoints and no checkpoints
              hint: write savepoints: "hdfs:///flink/savepoints/sales", or checkpoints
            """
        ),
        WrongPolicy(
            "a job with nothing but a changelog",
            jobs(#"name: "a", changelog: "/dstl""#),
            """
            policy.json5:2:3: jobs[0]: cannot use a job without a root: it has no savepoints and no checkpoints
              hint: write savepoints: "hdfs:///flink/savepoints/sales", or checkpoints
            """
        ),
        WrongPolicy(
            "a name for many with a root for one",
            jobs(#"name: "{job}", savepoints: "/sp/{job}", checkpoints: "/cp""#),
            """
            policy.json5:2:58: jobs[0].checkpoints: cannot use root "file:///cp": name "{job}" stands for many jobs, and this for one place
              hint: write {job} in the root, or a plain name
            """
        ),
        WrongPolicy(
            "a name for one with a root for many",
            jobs(#"name: "a", savepoints: "/sp/{job}""#),
            """
            policy.json5:2:28: jobs[0].savepoints: cannot use root "file:///sp/{job}": it stands for many jobs, and name "a" for one
              hint: write {job} in the name, or the job's own directory in the root
            """
        ),
        WrongPolicy(
            "a name for one with a changelog for many",
            jobs(#"name: "a", savepoints: "/sp/a", changelog: "/ch/{job}""#),
            """
            policy.json5:2:48: jobs[0].changelog: cannot use root "file:///ch/{job}": it stands for many jobs, and name "a" for one
              hint: write {job} in the name, or the job's own directory in the root
            """
        ),
        WrongPolicy(
            "the label of pins",
            inSavepoints(#"keepLabelled: { pin: "30d" }"#),
            """
            policy.json5:2:45: defaults.savepoints.keepLabelled.pin: cannot use label "pin": it is the mark of a pin, which keeps for ever
              hint: leave it out, and use `janitor pin PATH`
            """
        ),
        WrongPolicy(
            "an empty label",
            inSavepoints(#"keepLabelled: { "": "30d" }"#),
            """
            policy.json5:2:45: defaults.savepoints.keepLabelled[""]: cannot use label "": only letters, digits, ".", "_" and "-" are allowed
              hint: write a label such as "pre-deploy", of at most 100 characters
            """
        ),
        WrongPolicy(
            "a label with a slash",
            inSavepoints(#"keepLabelled: { "a/b": "30d" }"#),
            """
            policy.json5:2:45: defaults.savepoints.keepLabelled["a/b"]: cannot use label "a/b": only letters, digits, ".", "_" and "-" are allowed
              hint: write a label such as "pre-deploy", of at most 100 characters
            """
        ),
        WrongPolicy(
            "a label with an umlaut",
            inSavepoints(#"keepLabelled: { "für": "30d" }"#),
            """
            policy.json5:2:45: defaults.savepoints.keepLabelled["für"]: cannot use label "für": only letters, digits, ".", "_" and "-" are allowed
              hint: write a label such as "pre-deploy", of at most 100 characters
            """
        ),
        WrongPolicy(
            "one alias twice",
            beside(#"aliases: { "s3://b/x": "/x", "s3a://b/x/": "/y" }"#),
            """
            policy.json5:2:32: aliases["s3a://b/x/"]: cannot use alias "s3a://b/x/": "s3://b/x" is the same place
              hint: leave only one of the two
            """
        ),
        WrongPolicy(
            "one alias twice by its slashes",
            beside(#"aliases: { "file:/x": "/y", "/x": null }"#),
            """
            policy.json5:2:31: aliases["/x"]: cannot use alias "/x": "file:/x" is the same place
              hint: leave only one of the two
            """
        ),
        WrongPolicy(
            "an alias to itself",
            beside(#"aliases: { "s3a://b/x": "s3://b/x/" }"#),
            """
            policy.json5:2:14: aliases["s3a://b/x"]: cannot use alias "s3a://b/x": it leads to itself
              hint: write where the place is now, or null if it is gone
            """
        ),
    ]
}
