// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: many mistakes in one.
struct SeveralProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "many problems at once",
            """
            {
              timeZone: "Europe/Berln",
              aliases: { "s3://b/x": "s3a://b/x" },
              defaults: {
                savepoints: { keepLst: 3, keepMonthly: 1.5 },
                trash: "30 d",
              },
              jobs: [
                { name: "a", savepoints: "/sp/a", keep: { savepoints: { keepLast: 0 } } },
                { name: "a", savepoints: "/sp/a/b", checkpoints: "cp/a" },
                { savepoints: "hdfs://nn" },
              ],
              protect: ["x"],
              timeZone: "UTC",
            }
            """,
            """
            policy.json5:2:13: timeZone: cannot use time zone "Europe/Berln": it is not a known time zone
              hint: write "Europe/Berlin"
            policy.json5:3:14: aliases["s3://b/x"]: cannot use alias "s3://b/x": it leads to itself
              hint: write where the place is now, or null if it is gone
            policy.json5:5:19: defaults.savepoints.keepLst: cannot use key "keepLst": it is not known here
              hint: write keepLast
            policy.json5:5:44: defaults.savepoints.keepMonthly: cannot use 1.5 as a count: it is not a whole number
              hint: write keepMonthly: 12, or "1y"
            policy.json5:6:12: defaults.trash: cannot use duration "30 d": there is a space in it
              hint: write "30d"
            policy.json5:9:71: jobs[0].keep.savepoints.keepLast: cannot use 0 as a count: the least is 1
              hint: write keepLast: 3
            policy.json5:10:13: jobs[1].name: cannot use job name "a": jobs[0].name has it already
              hint: give every job a name of its own
            policy.json5:10:30: jobs[1].savepoints: cannot use root "file:///sp/a/b": it lies inside jobs[0].savepoints "file:///sp/a"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            policy.json5:10:54: jobs[1].checkpoints: cannot use place "cp/a": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            policy.json5:11:5: jobs[2]: cannot do without key "name": it is not there
              hint: write name: "sales_pipeline"
            policy.json5:11:19: jobs[2].savepoints: cannot use place "hdfs://nn": it is a whole store
              hint: name the directory in it that holds the snapshots
            policy.json5:13:13: protect[0]: cannot use place "x": it is neither a URL nor an absolute path
              hint: write a URL such as "hdfs:///flink/savepoints", or a path that begins with /
            policy.json5:14:3: timeZone: cannot use key "timeZone" twice: it stands at 2:3 already
              hint: leave only one of the two
            """
        )
    ]
}
