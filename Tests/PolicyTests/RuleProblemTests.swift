// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: rules.
struct RuleProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "no rule for savepoints",
            inDefaults("savepoints: {}"),
            """
            policy.json5:2:27: defaults.savepoints: cannot use empty rules for savepoints: they do not say what to keep
              hint: write keepLast: 1 if that is meant, or leave savepoints out for the defaults
            """
        ),
        WrongPolicy(
            "only switched-off rules",
            inSavepoints("keepLast: null, keepMonthly: null"),
            """
            policy.json5:2:27: defaults.savepoints: cannot use empty rules for savepoints: they do not say what to keep
              hint: write keepLast: 1 if that is meant, or leave savepoints out for the defaults
            """
        ),
        WrongPolicy(
            "all of a job's rules switched off",
            jobs(#"name: "a", savepoints: "/sp/a", keep: { checkpoints: { keepLast: null } }"#),
            """
            policy.json5:2:58: jobs[0].keep.checkpoints: cannot use empty rules for checkpoints: they do not say what to keep
              hint: write keepLast: 1 if that is meant, or leave checkpoints out for the defaults
            """
        ),
        WrongPolicy(
            "one period",
            inSavepoints("keepLast: 3, keepDaily: 1"),
            """
            policy.json5:2:53: defaults.savepoints.keepDaily: cannot use keepDaily: 1: it keeps only the newest, which always stays
              hint: write keepDaily: 2 or more, or leave it out
            """
        ),
        WrongPolicy(
            "months within a span",
            inSavepoints(#"keepWithin: "2y", keepMonthly: "1y""#),
            """
            policy.json5:2:60: defaults.savepoints.keepMonthly: cannot use keepMonthly "1y": keepWithin "2y" keeps all that it would keep
              hint: leave keepMonthly out
            """
        ),
        WrongPolicy(
            "months within a span that stands behind",
            inSavepoints(#"keepMonthly: "1y", keepWithin: "366d""#),
            """
            policy.json5:2:60: defaults.savepoints.keepWithin: cannot use keepMonthly "1y": keepWithin "366d" keeps all that it would keep
              hint: leave keepMonthly out
            """
        ),
        WrongPolicy(
            "a label within a span",
            inSavepoints(#"keepWithin: "30d", keepLabelled: { b: "30d", a: "2w", c: "31d" }"#),
            """
            policy.json5:2:62: defaults.savepoints.keepLabelled: cannot use keepLabelled["a"] "2w": keepWithin "30d" keeps all that it would keep
              hint: leave keepLabelled["a"] out
            policy.json5:2:62: defaults.savepoints.keepLabelled: cannot use keepLabelled["b"] "30d": keepWithin "30d" keeps all that it would keep
              hint: leave keepLabelled["b"] out
            """
        ),
        WrongPolicy(
            "years within days",
            inSavepoints(#"keepDaily: "3y", keepYearly: "36mo""#),
            """
            policy.json5:2:58: defaults.savepoints.keepYearly: cannot use keepYearly "36mo": keepDaily "3y" keeps all that it would keep
              hint: leave keepYearly out
            """
        ),
        WrongPolicy(
            "weeks within days",
            inSavepoints(#"keepWeekly: "4w", keepDaily: "28d""#),
            """
            policy.json5:2:58: defaults.savepoints.keepDaily: cannot use keepWeekly "4w": keepDaily "28d" keeps all that it would keep
              hint: leave keepWeekly out
            """
        ),
        WrongPolicy(
            "years within months",
            inSavepoints(#"keepMonthly: "5y", keepYearly: "5y""#),
            """
            policy.json5:2:60: defaults.savepoints.keepYearly: cannot use keepYearly "5y": keepMonthly "5y" keeps all that it would keep
              hint: leave keepYearly out
            """
        ),
        WrongPolicy(
            "a job's span over a built-in rule",
            jobs(#"name: "a", savepoints: "/sp/a", keep: { savepoints: { keepWithin: "2y" } }"#),
            """
            policy.json5:2:71: jobs[0].keep.savepoints.keepWithin: cannot use keepLabelled["pre-deploy"] "30d" (built in): keepWithin "2y" keeps all that it would keep
              hint: write keepLabelled beside it without that label, or keepLabelled: null
            policy.json5:2:71: jobs[0].keep.savepoints.keepWithin: cannot use keepMonthly "1y" (built in): keepWithin "2y" keeps all that it would keep
              hint: write keepMonthly: null beside it
            """
        ),
        WrongPolicy(
            "a job's months under a span of the defaults",
            """
            { defaults: { savepoints: { keepWithin: "2y" } }, jobs: [
              { name: "a", savepoints: "/sp/a", keep: { savepoints: { keepMonthly: "1y" } } },
            ] }
            """,
            """
            policy.json5:2:72: jobs[0].keep.savepoints.keepMonthly: cannot use keepMonthly "1y": keepWithin "2y" (of the defaults) keeps all that it would keep
              hint: leave keepMonthly out
            """
        ),
        WrongPolicy(
            "a job's span over rules of the defaults",
            """
            { defaults: { savepoints: { keepDaily: "9d" } }, jobs: [
              { name: "a", savepoints: "/sp/a", keep: { savepoints: { keepWithin: "9d" } } },
            ] }
            """,
            """
            policy.json5:2:71: jobs[0].keep.savepoints.keepWithin: cannot use keepDaily "9d" (of the defaults): keepWithin "9d" keeps all that it would keep
              hint: write keepDaily: null beside it
            """
        ),
        WrongPolicy(
            "what two jobs inherit, told once",
            """
            { defaults: { savepoints: { keepWithin: "9d", keepDaily: "9d" } }, jobs: [
              { name: "a", savepoints: "/sp/a" },
              { name: "b", savepoints: "/sp/b" },
            ] }
            """,
            """
            policy.json5:1:58: defaults.savepoints.keepDaily: cannot use keepDaily "9d": keepWithin "9d" keeps all that it would keep
              hint: leave keepDaily out
            """
        ),
    ]
}
