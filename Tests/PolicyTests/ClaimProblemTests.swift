// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

/// What is said about wrong claims of attempts, to the letter, and what right ones mean.
struct ClaimProblemTests {
    @Test(arguments: table) func `says what is wrong and what to write instead`(
        _ wrong: WrongPolicy
    ) {
        #expect(complaints(wrong.policy) == wrong.complaint)
    }

    private static let id = "0123456789abcdef0123456789abcdef"

    /// Two jobs with one root, and what each claims in it.
    private static func sharing(_ one: String, _ other: String) -> String {
        jobs(
            #"name: "a", savepoints: "/sp", attempts: { \#(one) }"#,
            #"name: "b", savepoints: "/sp", attempts: { \#(other) }"#
        )
    }

    static let table: [WrongPolicy] = [
        WrongPolicy(
            "attempts that are a list",
            jobs(#"name: "a", savepoints: "/sp", attempts: ["1a2b3c"]"#),
            """
            policy.json5:2:45: jobs[0].attempts: cannot use a list: an object is due
              hint: write attempts: { digits: ["1a2b3c"] }
            """
        ),
        WrongPolicy(
            "an unknown key of attempts",
            jobs(#"name: "a", savepoints: "/sp", attempts: { jobIDs: [], digits: ["1a2b3c"] }"#),
            """
            policy.json5:2:47: jobs[0].attempts.jobIDs: cannot use key "jobIDs": it is not known here
              hint: write jobIds
            """
        ),
        WrongPolicy(
            "empty attempts",
            jobs(#"name: "a", savepoints: "/sp", attempts: {}"#),
            """
            policy.json5:2:45: jobs[0].attempts: cannot use empty attempts: nothing would be the job's
              hint: write attempts: { jobIds: ["…"], digits: ["1a2b3c"], names: ["orders-*"] }, or leave it out
            """
        ),
        WrongPolicy(
            "attempts with empty lists",
            jobs(#"name: "a", savepoints: "/sp", attempts: { digits: [] }"#),
            """
            policy.json5:2:45: jobs[0].attempts: cannot use empty attempts: nothing would be the job's
              hint: write attempts: { jobIds: ["…"], digits: ["1a2b3c"], names: ["orders-*"] }, or leave it out
            """
        ),
        WrongPolicy(
            "a job id that is none",
            jobs(#"name: "a", savepoints: "/sp", attempts: { jobIds: ["0123ABCD"] }"#),
            """
            policy.json5:2:56: jobs[0].attempts.jobIds[0]: cannot use job id "0123ABCD": it is not 32 lower-case hexadecimal digits
              hint: write it as Flink prints it and as its directory is called
            """
        ),
        WrongPolicy(
            "digits that are none",
            jobs(#"name: "a", savepoints: "/sp", attempts: { digits: ["1A2B3C"] }"#),
            """
            policy.json5:2:56: jobs[0].attempts.digits[0]: cannot use digits "1A2B3C": they are not 6 lower-case hexadecimal digits
              hint: write those of savepoint-1a2b3c-0123456789ab as "1a2b3c"
            """
        ),
        WrongPolicy(
            "digits that are a number",
            jobs(#"name: "a", savepoints: "/sp", attempts: { digits: [123456] }"#),
            """
            policy.json5:2:56: jobs[0].attempts.digits[0]: cannot use number 123456: text is due
              hint: write "1a2b3c"
            """
        ),
        WrongPolicy(
            "a name that is a path",
            jobs(#"name: "a", savepoints: "/sp", attempts: { names: ["orders/*"] }"#),
            """
            policy.json5:2:55: jobs[0].attempts.names[0]: cannot use name "orders/*": it is not the name of one directory that Flink did not name
              hint: write a name such as "orders-*", without / and with * for any characters
            """
        ),
        WrongPolicy(
            "a name that Flink gives",
            jobs(#"name: "a", savepoints: "/sp", attempts: { names: ["shared"] }"#),
            """
            policy.json5:2:55: jobs[0].attempts.names[0]: cannot use name "shared": it is not the name of one directory that Flink did not name
              hint: write a name such as "orders-*", without / and with * for any characters
            """
        ),
        WrongPolicy(
            "attempts of many jobs",
            jobs(#"name: "{job}", savepoints: "/sp/{job}", attempts: { digits: ["1a2b3c"] }"#),
            """
            policy.json5:2:66: jobs[0].attempts.digits[0]: cannot use attempts: name "{job}" stands for many jobs
              hint: write a job of its own for them, with a plain name
            """
        ),
        WrongPolicy(
            "one claim twice",
            jobs(#"name: "a", savepoints: "/sp", attempts: { digits: ["1a2b3c", "1a2b3c"] }"#),
            """
            policy.json5:2:66: jobs[0].attempts.digits[1]: cannot use "1a2b3c": jobs[0].attempts.digits[0] has it already
              hint: leave it to one of the two
            """
        ),
        WrongPolicy(
            "one job id of two jobs",
            sharing(#"jobIds: ["\#(id)"]"#, #"jobIds: ["\#(id)"]"#),
            """
            policy.json5:3:56: jobs[1].attempts.jobIds[0]: cannot use "\(id)": jobs[0].attempts.jobIds[0] has it already
              hint: leave it to one of the two
            """
        ),
        WrongPolicy(
            "digits of two jobs",
            sharing(#"digits: ["1a2b3c"]"#, #"digits: ["1a2b3c"]"#),
            """
            policy.json5:3:56: jobs[1].attempts.digits[0]: cannot use "1a2b3c": jobs[0].attempts.digits[0] has it already
              hint: leave it to one of the two
            """
        ),
        WrongPolicy(
            "names of two jobs that can be one",
            sharing(#"names: ["orders-*"]"#, #"names: ["*-old"]"#),
            """
            policy.json5:3:55: jobs[1].attempts.names[0]: cannot use "*-old": jobs[0].attempts.names[0] has "orders-*", and one name can be both
              hint: leave it to one of the two
            """
        ),
        WrongPolicy(
            "a shared root of which only one job says what is its own",
            jobs(
                #"name: "a", savepoints: "/sp", attempts: { digits: ["1a2b3c"] }"#,
                #"name: "b", savepoints: "/sp""#
            ),
            """
            policy.json5:3:28: jobs[1].savepoints: cannot use root "file:///sp": it is the same place as jobs[0].savepoints "file:///sp"
              hint: give every job a root of its own, or say in each job what is its own: attempts: { digits: ["1a2b3c"] }
            """
        ),
        WrongPolicy(
            "a root inside what another job claims",
            jobs(
                #"name: "a", savepoints: "/sp", attempts: { names: ["orders-*"] }"#,
                #"name: "b", savepoints: "/sp/orders-b""#
            ),
            """
            policy.json5:3:28: jobs[1].savepoints: cannot use root "file:///sp/orders-b": it lies inside jobs[0].savepoints "file:///sp"
              hint: only a savepoint root may lie in a checkpoint root, and a job's changelog in its own
            """
        ),
    ]

    @Test func `reads claims, and roots that jobs share by them`() throws {
        let policy = try decode(
            jobs(
                #"name: "a", savepoints: "/sp", checkpoints: "/cp", attempts: { "#
                    + #"jobIds: ["\#(Self.id)"], digits: ["012345"] }"#,
                #"name: "b", savepoints: "/sp", checkpoints: "/cp", attempts: { names: ["b-*"] }"#,
                #"name: "c", savepoints: "/sp/c""#,
                #"name: "{job}", savepoints: "/sp/{job}""#
            )
        )
        let claims = try #require(policy.jobs[0].attempts)
        #expect(claims.jobIDs == [Self.id])
        #expect(claims.digits == ["012345"])
        #expect(policy.jobs[1].attempts?.names == [EntryPattern("b-*")])
        #expect(policy.jobs[2].attempts == nil)
    }

    @Test(arguments: [
        ("orders-*", "orders-", true), ("orders-*", "orders-7", true),
        ("orders-*", "order-7", false),
        ("*", "x", true), ("a*b*c", "abc", true), ("a*b*c", "aXbYbZc", true),
        ("a*b*c", "aXbYbZ", false), ("plain", "plain", true), ("plain", "plainer", false),
        ("**a", "*a", true), ("a", "*", false),
    ])
    func `an asterisk stands for any characters`(pattern: String, name: String, fits: Bool) {
        #expect(EntryPattern(pattern).matches(ObjectName(name)) == fits)
    }

    @Test(arguments: [
        ("a*", "*b", true), ("a*", "b*", false), ("a*c", "a*d", false), ("*", "*", true),
        ("a*c", "ab*", true), ("x", "x", true), ("x", "y", false), ("a*b", "ab", true),
        ("*a*", "b*b", true),
    ])
    func `two patterns meet where one name fits both`(one: String, other: String, meets: Bool) {
        #expect(EntryPattern(one).canMeet(EntryPattern(other)) == meets)
        #expect(EntryPattern(other).canMeet(EntryPattern(one)) == meets)
    }

    @Test func `patterns never stand for what Flink or the program names`() {
        let all = EntryPattern("*")
        let claims = AttemptClaims(jobIDs: [Self.id], digits: ["012345"], names: [all])
        #expect(claims.cover("anything"))
        #expect(claims.cover(ObjectName(Self.id)))
        #expect(claims.cover("savepoint-012345-0123456789ab"))
        #expect(!claims.cover("savepoint-012346-0123456789ab"))
        #expect(!claims.cover("chk-7"))
        #expect(!claims.cover("shared"))
        #expect(!claims.cover(".janitor-trash"))
        #expect(!claims.cover("fedcba9876543210fedcba9876543210"))
    }
}
