// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said about wrong policies, to the letter: no JSON5.
struct SyntaxProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "an empty file",
            "",
            """
            policy.json5:1:1: cannot read the policy: it ends where a value is due
              hint: write { jobs: [ … ] }
            """
        ),
        WrongPolicy(
            "only a comment",
            """
            // nothing

            """,
            """
            policy.json5:2:1: cannot read the policy: it ends where a value is due
              hint: write { jobs: [ … ] }
            """
        ),
        WrongPolicy(
            "a list at the top",
            "[]",
            """
            policy.json5:1:1: cannot use a list: an object is due
              hint: write { jobs: [ … ] }
            """
        ),
        WrongPolicy(
            "a bare duration",
            inSavepoints("keepMonthly: 1y"),
            """
            policy.json5:2:42: cannot read "1y": it is not a value
              hint: write text and durations in quotes, as in "1y"
            """
        ),
        WrongPolicy(
            "a bare word",
            beside("timeZone: Europe/Berlin"),
            """
            policy.json5:2:13: cannot read "Europe/Berlin": it is not a value
              hint: write text and durations in quotes, as in "Europe/Berlin"
            """
        ),
        WrongPolicy(
            "a missing comma",
            "{ jobs: [] defaults: {} }",
            """
            policy.json5:1:12: cannot read "d": a comma or "}" is due
              hint: check the commas, brackets and quotes before it
            """
        ),
        WrongPolicy(
            "an unclosed list",
            "{ jobs: [",
            """
            policy.json5:1:10: cannot read the policy: it ends where a value is due
              hint: write { jobs: [ … ] }
            """
        ),
        WrongPolicy(
            "an unclosed text",
            "{ timeZone: 'UTC }",
            """
            policy.json5:1:13: cannot read the text: its quotes are never closed
              hint: close the quotes
            """
        ),
        WrongPolicy(
            "a text over two lines",
            """
            { timeZone: "UTC
            " }
            """,
            #"""
            policy.json5:1:17: cannot read the text: its line ends before its quotes do
              hint: close the quotes, or write \n for a line break
            """#
        ),
        WrongPolicy(
            "an unclosed comment",
            "{ } /* the end",
            """
            policy.json5:1:5: cannot read the comment: it is never closed
              hint: write */ at its end
            """
        ),
        WrongPolicy(
            "two values",
            "{} {}",
            """
            policy.json5:1:4: cannot read "{": the end of the file is due
              hint: check the commas, brackets and quotes before it
            """
        ),
        WrongPolicy(
            "a number with a leading zero",
            inSavepoints("keepLast: 03"),
            """
            policy.json5:2:39: cannot read "03": it is not a number of JSON5
              hint: write a plain number such as 3 or 0.5
            """
        ),
        WrongPolicy(
            "an unknown escape",
            beside(#"timeZone: "\u12""#),
            #"""
            policy.json5:2:14: cannot read "\\u12": it is not an escape of JSON5
              hint: write \\ for a backslash
            """#
        ),
        WrongPolicy(
            "half a surrogate pair",
            beside(#"timeZone: "\uD83D""#),
            #"""
            policy.json5:2:14: cannot read "\\uD83D": it is half of a pair of surrogates
              hint: write both halves, or the character itself
            """#
        ),
        WrongPolicy(
            "a key without a colon",
            "{ jobs }",
            """
            policy.json5:1:8: cannot read "}": a colon after the key is due
              hint: check the commas, brackets and quotes before it
            """
        ),
        WrongPolicy(
            "a missing value",
            "{ jobs: }",
            """
            policy.json5:1:9: cannot read "}": a value is due
              hint: check the commas, brackets and quotes before it
            """
        ),
        WrongPolicy(
            "a key twice",
            """
            {
              timeZone: "UTC",
              "timeZone": "UTC",
              jobs: [{ name: "a", savepoints: "/sp/a" }]
            }
            """,
            """
            policy.json5:3:3: timeZone: cannot use key "timeZone" twice: it stands at 2:3 already
              hint: leave only one of the two
            """
        ),
        WrongPolicy(
            "a label twice",
            inSavepoints(#"keepLabelled: { a: "1d", "\u0061": "2d" }"#),
            """
            policy.json5:2:54: defaults.savepoints.keepLabelled.a: cannot use key "a" twice: it stands at 2:45 already
              hint: leave only one of the two
            """
        ),
    ]
}
