// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: shapes.
struct ShapeProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "no jobs at all",
            "{}",
            """
            policy.json5:1:1: cannot use an empty policy: there is no job in it
              hint: write jobs: [{ name: "sales", savepoints: "hdfs:///flink/savepoints/sales" }]
            """
        ),
        WrongPolicy(
            "an empty list of jobs",
            "{ jobs: [] }",
            """
            policy.json5:1:9: jobs: cannot use an empty policy: there is no job in it
              hint: write jobs: [{ name: "sales", savepoints: "hdfs:///flink/savepoints/sales" }]
            """
        ),
        WrongPolicy(
            "jobs as an object",
            "{ jobs: { a: 1 } }",
            """
            policy.json5:1:9: jobs: cannot use an object: a list is due
              hint: write jobs: [{ name: "sales", savepoints: "hdfs:///flink/savepoints/sales" }]
            """
        ),
        WrongPolicy(
            "a job as text",
            #"{ jobs: ["a"] }"#,
            """
            policy.json5:1:10: jobs[0]: cannot use text "a": an object is due
              hint: write { name: "sales", savepoints: "hdfs:///flink/savepoints/sales" }
            """
        ),
        WrongPolicy(
            "an unknown key at the top",
            #"{ job: [], jobs: [{ name: "a", savepoints: "/sp/a" }] }"#,
            """
            policy.json5:1:3: job: cannot use key "job": it is not known here
              hint: write jobs
            """
        ),
        WrongPolicy(
            "an unknown key with nothing like it",
            #"{ colour: 1, jobs: [{ name: "a", savepoints: "/sp/a" }] }"#,
            """
            policy.json5:1:3: colour: cannot use key "colour": it is not known here
              hint: write one of timeZone, aliases, defaults, jobs, alsoRead, protect, stores, notify, metrics
            """
        ),
        WrongPolicy(
            "a misspelt rule",
            inSavepoints("keepLst: 3"),
            """
            policy.json5:2:29: defaults.savepoints.keepLst: cannot use key "keepLst": it is not known here
              hint: write keepLast
            """
        ),
        WrongPolicy(
            "a rule of the wrong case",
            inSavepoints("keeplast: 3"),
            """
            policy.json5:2:29: defaults.savepoints.keeplast: cannot use key "keeplast": it is not known here
              hint: write keepLast
            """
        ),
        WrongPolicy(
            "an unknown key of a job",
            jobs(#"name: "a", savepoint: "/sp/a", checkpoints: "/cp/a""#),
            """
            policy.json5:2:16: jobs[0].savepoint: cannot use key "savepoint": it is not known here
              hint: write savepoints
            """
        ),
        WrongPolicy(
            "an unknown key of orphans",
            inDefaults(#"orphans: { ages: "1d" }"#),
            """
            policy.json5:2:26: defaults.orphans.ages: cannot use key "ages": it is not known here
              hint: write age
            """
        ),
        WrongPolicy(
            "an unknown key of flink",
            jobs(#"name: "a", savepoints: "/sp/a", flink: { url: "http://x" }"#),
            """
            policy.json5:2:44: jobs[0].flink: cannot do without key "rest": it is not there
              hint: write rest: "http://jobmanager:8081"
            policy.json5:2:46: jobs[0].flink.url: cannot use key "url": it is not known here
              hint: write one of rest, curlConfig, command, options, job, timeLimit, waitLimit, health
            """
        ),
        WrongPolicy(
            "a job without a name",
            jobs(#"savepoints: "/sp/a""#),
            """
            policy.json5:2:3: jobs[0]: cannot do without key "name": it is not there
              hint: write name: "sales_pipeline"
            """
        ),
        WrongPolicy(
            "flink without rest",
            jobs(#"name: "a", savepoints: "/sp/a", flink: {}"#),
            """
            policy.json5:2:44: jobs[0].flink: cannot do without key "rest": it is not there
              hint: write rest: "http://jobmanager:8081"
            """
        ),
        WrongPolicy(
            "a count as text",
            inSavepoints(#"keepLast: "3""#),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use text "3": a whole number is due
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "a count of zero",
            inSavepoints("keepLast: 0"),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use 0 as a count: the least is 1
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "a negative count",
            inSavepoints("keepLast: -3"),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use -3 as a count: the least is 1
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "a fractional count",
            inSavepoints("keepLast: 2.5"),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use 2.5 as a count: it is not a whole number
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "an infinite count",
            inSavepoints("keepLast: Infinity"),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use number Infinity: a whole number is due
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "a count that is not a number",
            inSavepoints("keepLast: NaN"),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use number NaN: a whole number is due
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "an enormous count",
            inSavepoints("keepLast: 1e400"),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use number 1e400: a whole number is due
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "a huge count",
            inSavepoints("keepLast: 1e12"),
            """
            policy.json5:2:39: defaults.savepoints.keepLast: cannot use 1e12 as a count: the most is 1000000000
              hint: write keepLast: 3
            """
        ),
        WrongPolicy(
            "rules as a number",
            inDefaults("savepoints: 3"),
            """
            policy.json5:2:27: defaults.savepoints: cannot use number 3: an object is due
              hint: write savepoints: { keepLast: 3 }
            """
        ),
        WrongPolicy(
            "rules as null",
            inDefaults("savepoints: null"),
            """
            policy.json5:2:27: defaults.savepoints: cannot use null: an object is due
              hint: write savepoints: { keepLast: 3 }
            """
        ),
        WrongPolicy(
            "keep as a list",
            jobs(#"name: "a", savepoints: "/sp/a", keep: []"#),
            """
            policy.json5:2:43: jobs[0].keep: cannot use a list: an object is due
              hint: write keep: { savepoints: { keepLast: 3 } }
            """
        ),
        WrongPolicy(
            "labels as a list",
            inSavepoints(#"keepLabelled: ["a"]"#),
            """
            policy.json5:2:43: defaults.savepoints.keepLabelled: cannot use a list: an object of labels is due
              hint: write keepLabelled: { "pre-deploy": "30d" }
            """
        ),
        WrongPolicy(
            "no labels",
            inSavepoints("keepLabelled: {}"),
            """
            policy.json5:2:43: defaults.savepoints.keepLabelled: cannot use an empty object of labels: it keeps nothing
              hint: name a label, as in { "pre-deploy": "30d" }, or write null
            """
        ),
        WrongPolicy(
            "a label without a duration",
            inSavepoints("keepLabelled: { a: null }"),
            """
            policy.json5:2:48: defaults.savepoints.keepLabelled.a: cannot use null: a duration is due
              hint: write a: "30d"
            """
        ),
        WrongPolicy(
            "taskOwned as text",
            inDefaults(#"orphans: { taskOwned: "no" }"#),
            """
            policy.json5:2:37: defaults.orphans.taskOwned: cannot use text "no": true or false is due
              hint: write taskOwned: true
            """
        ),
        WrongPolicy(
            "no sightings",
            inDefaults("orphans: { sightings: 0 }"),
            """
            policy.json5:2:37: defaults.orphans.sightings: cannot use 0 as a count: the least is 1
              hint: write sightings: 2
            """
        ),
        WrongPolicy(
            "a share of nothing",
            inDefaults("limits: { share: 0 }"),
            """
            policy.json5:2:32: defaults.limits.share: cannot use 0 as a share: it is not above 0 and at most 1
              hint: write share: 0.5 for half of a job's snapshots
            """
        ),
        WrongPolicy(
            "a share of more than all",
            inDefaults("limits: { share: 1.5 }"),
            """
            policy.json5:2:32: defaults.limits.share: cannot use 1.5 as a share: it is not above 0 and at most 1
              hint: write share: 0.5 for half of a job's snapshots
            """
        ),
        WrongPolicy(
            "a share as a percentage",
            inDefaults(#"limits: { share: "50%" }"#),
            """
            policy.json5:2:32: defaults.limits.share: cannot use text "50%": a number is due
              hint: write share: 0.5
            """
        ),
        WrongPolicy(
            "a share that is not a number",
            inDefaults("limits: { share: NaN }"),
            """
            policy.json5:2:32: defaults.limits.share: cannot use NaN as a share: it is not above 0 and at most 1
              hint: write share: 0.5 for half of a job's snapshots
            """
        ),
        WrongPolicy(
            "a negative limit",
            inDefaults("limits: { count: -1 }"),
            """
            policy.json5:2:32: defaults.limits.count: cannot use -1 as a count: the least is 0
              hint: write count: 10
            """
        ),
        WrongPolicy(
            "limits as false",
            inDefaults("limits: false"),
            """
            policy.json5:2:23: defaults.limits: cannot use false: an object is due
              hint: write limits: { share: 0.5, count: 10 }, or null for none
            """
        ),
        WrongPolicy(
            "a time zone as a number",
            beside("timeZone: 2"),
            """
            policy.json5:2:13: timeZone: cannot use number 2: text is due
              hint: write timeZone: "Europe/Berlin"
            """
        ),
        WrongPolicy(
            "a time zone as null",
            beside("timeZone: null"),
            """
            policy.json5:2:13: timeZone: cannot use null: text is due
              hint: write timeZone: "Europe/Berlin"
            """
        ),
        WrongPolicy(
            "trash as null",
            inDefaults("trash: null"),
            """
            policy.json5:2:22: defaults.trash: cannot use null: a duration is due
              hint: write trash: "7d"
            """
        ),
        WrongPolicy(
            "alsoRead as text",
            beside(#"alsoRead: "/x""#),
            """
            policy.json5:2:13: alsoRead: cannot use text "/x": a list is due
              hint: write alsoRead: ["hdfs:///flink/other"]
            """
        ),
        WrongPolicy(
            "protect with a number",
            beside("protect: [1]"),
            """
            policy.json5:2:13: protect[0]: cannot use number 1: text is due
              hint: write "hdfs:///flink/other"
            """
        ),
        WrongPolicy(
            "aliases as a list",
            beside("aliases: []"),
            """
            policy.json5:2:12: aliases: cannot use a list: an object of places is due
              hint: write aliases: { "hdfs://nn1:8020": "hdfs://nameservice1" }
            """
        ),
        WrongPolicy(
            "an alias to a number",
            beside(#"aliases: { "hdfs://a": 1 }"#),
            """
            policy.json5:2:26: aliases["hdfs://a"]: cannot use number 1: text is due
              hint: write "hdfs://a": "hdfs:///flink/other"
            """
        ),
    ]
}
