// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: durations.
struct DurationProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "duration 30",
            inDefaults("trash: 30"),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "30": it has no unit
              hint: write "30d" for days
            """
        ),
        WrongPolicy(
            #"duration "30""#,
            inDefaults(#"trash: "30""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "30": it has no unit
              hint: write "30d" for days
            """
        ),
        WrongPolicy(
            #"duration "30 d""#,
            inDefaults(#"trash: "30 d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "30 d": there is a space in it
              hint: write "30d"
            """
        ),
        WrongPolicy(
            #"duration " 30d""#,
            inDefaults(#"trash: " 30d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration " 30d": there is a space in it
              hint: write "30d"
            """
        ),
        WrongPolicy(
            #"duration "1.5d""#,
            inDefaults(#"trash: "1.5d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1.5d": its number is not whole
              hint: write "36h"
            """
        ),
        WrongPolicy(
            #"duration "1,5h""#,
            inDefaults(#"trash: "1,5h""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1,5h": its number is not whole
              hint: write "90m"
            """
        ),
        WrongPolicy(
            #"duration "0.3d""#,
            inDefaults(#"trash: "0.3d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "0.3d": its number is not whole
              hint: write "432m"
            """
        ),
        WrongPolicy(
            #"duration "1.5w""#,
            inDefaults(#"trash: "1.5w""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1.5w": its number is not whole
              hint: write "252h"
            """
        ),
        WrongPolicy(
            #"duration "2.5y""#,
            inDefaults(#"trash: "2.5y""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "2.5y": its number is not whole
              hint: write "30mo"
            """
        ),
        WrongPolicy(
            #"duration "30D""#,
            inDefaults(#"trash: "30D""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "30D": units are written in lower case
              hint: write "30d"
            """
        ),
        WrongPolicy(
            #"duration "5M""#,
            inDefaults(#"trash: "5M""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "5M": units are written in lower case
              hint: write "5m" for minutes, "5mo" for months
            """
        ),
        WrongPolicy(
            #"duration "1Y""#,
            inDefaults(#"trash: "1Y""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1Y": units are written in lower case
              hint: write "1y"
            """
        ),
        WrongPolicy(
            #"duration "30days""#,
            inDefaults(#"trash: "30days""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "30days": "days" is not a unit
              hint: write "30d"
            """
        ),
        WrongPolicy(
            #"duration "2 weeks""#,
            inDefaults(#"trash: "2 weeks""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "2 weeks": there is a space in it
              hint: write "2w"
            """
        ),
        WrongPolicy(
            #"duration "10s""#,
            inDefaults(#"trash: "10s""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "10s": "s" is not a unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "1 fortnight""#,
            inDefaults(#"trash: "1 fortnight""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1 fortnight": there is a space in it
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "-3d""#,
            inDefaults(#"trash: "-3d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "-3d": there is a sign in front of it
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "+3d""#,
            inDefaults(#"trash: "+3d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "+3d": there is a sign in front of it
              hint: write "3d"
            """
        ),
        WrongPolicy(
            #"duration "1d12h""#,
            inDefaults(#"trash: "1d12h""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1d12h": it has more than one unit
              hint: write "36h"
            """
        ),
        WrongPolicy(
            #"duration "1y6mo""#,
            inDefaults(#"trash: "1y6mo""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1y6mo": it has more than one unit
              hint: write "18mo"
            """
        ),
        WrongPolicy(
            #"duration "1mo3d""#,
            inDefaults(#"trash: "1mo3d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1mo3d": it has more than one unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration """#,
            inDefaults(#"trash: """#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "": it is not a whole number with a unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "d""#,
            inDefaults(#"trash: "d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "d": it is not a whole number with a unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "forever""#,
            inDefaults(#"trash: "forever""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "forever": it is not a whole number with a unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "P30D""#,
            inDefaults(#"trash: "P30D""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "P30D": it is not a whole number with a unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "1001y""#,
            inDefaults(#"trash: "1001y""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1001y": it is longer than 1000 years
              hint: write at most "1000y"
            """
        ),
        WrongPolicy(
            #"duration "99999999999999999999d""#,
            inDefaults(#"trash: "99999999999999999999d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "99999999999999999999d": it is longer than 1000 years
              hint: write at most "1000y"
            """
        ),
        WrongPolicy(
            #"duration "12001mo""#,
            inDefaults(#"trash: "12001mo""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "12001mo": it is longer than 1000 years
              hint: write at most "1000y"
            """
        ),
        WrongPolicy(
            "duration true",
            inDefaults("trash: true"),
            """
            policy.json5:2:22: defaults.trash: cannot use true: a duration is due
              hint: write trash: "7d"
            """
        ),
        WrongPolicy(
            #"duration "３０d""#,
            inDefaults(#"trash: "３０d""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "３０d": it is not a whole number with a unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            #"duration "1d!""#,
            inDefaults(#"trash: "1d!""#),
            """
            policy.json5:2:22: defaults.trash: cannot use duration "1d!": it is not a whole number with a unit
              hint: write a whole number and a unit, as in "30d"; units are m (minutes), h, d, w, mo (months) and y
            """
        ),
        WrongPolicy(
            "a keep rule of no time",
            inSavepoints(#"keepWithin: "0d""#),
            """
            policy.json5:2:41: defaults.savepoints.keepWithin: cannot use duration "0d": it keeps nothing
              hint: write a longer one, or leave the rule out
            """
        ),
        WrongPolicy(
            "a label of no time",
            inSavepoints(#"keepLabelled: { a: "0h" }"#),
            """
            policy.json5:2:48: defaults.savepoints.keepLabelled.a: cannot use duration "0h": it keeps nothing
              hint: write a longer one, or leave the rule out
            """
        ),
        WrongPolicy(
            "months of no time",
            inSavepoints(#"keepMonthly: "0mo""#),
            """
            policy.json5:2:42: defaults.savepoints.keepMonthly: cannot use duration "0mo": it keeps nothing
              hint: write a longer one, or leave the rule out
            """
        ),
        WrongPolicy(
            "minutes where months are meant",
            inSavepoints(#"keepLast: 3, keepMonthly: "12m""#),
            """
            policy.json5:2:55: defaults.savepoints.keepMonthly: cannot use duration "12m": "m" is minutes, too short for keepMonthly
              hint: write "12mo" for months
            """
        ),
        WrongPolicy(
            "minutes where days are meant",
            inSavepoints(#"keepLast: 3, keepDaily: "14m""#),
            """
            policy.json5:2:53: defaults.savepoints.keepDaily: cannot use duration "14m": "m" is minutes, too short for keepDaily
              hint: write "14mo" for months
            """
        ),
        WrongPolicy(
            "a count of periods as text",
            inSavepoints(#"keepMonthly: "12""#),
            """
            policy.json5:2:42: defaults.savepoints.keepMonthly: cannot use duration "12": it has no unit
              hint: write 12 for a count, "12mo" for months
            """
        ),
        WrongPolicy(
            "no periods",
            inSavepoints("keepMonthly: 0"),
            """
            policy.json5:2:42: defaults.savepoints.keepMonthly: cannot use 0 as a count: the least is 1
              hint: write keepMonthly: 12, or "1y"
            """
        ),
        WrongPolicy(
            "a fraction of periods",
            inSavepoints("keepDaily: 1.5"),
            """
            policy.json5:2:40: defaults.savepoints.keepDaily: cannot use 1.5 as a count: it is not a whole number
              hint: write keepDaily: 12, or "1y"
            """
        ),
        WrongPolicy(
            "periods as a list",
            inSavepoints("keepDaily: []"),
            """
            policy.json5:2:40: defaults.savepoints.keepDaily: cannot use a list: a duration or a count is due
              hint: write keepDaily: "1y"
            """
        ),
    ]
}
