// SPDX-License-Identifier: Apache-2.0

import Testing

/// Rules that look alike and are not: nothing is refused that may keep something.
///
/// The refused ones are in `RuleProblemTests`.
struct PointlessRuleTests {
    @Test(arguments: [
        // Weeks and months do not imply one another.
        #"keepWeekly: "2y", keepMonthly: "1y""#, #"keepMonthly: "2y", keepWeekly: "1y""#,
        #"keepWeekly: "9y", keepYearly: "1y""#,
        // What reaches further keeps more.
        #"keepDaily: "30d", keepWeekly: "12w", keepMonthly: "2y", keepYearly: "10y""#,
        #"keepWithin: "30d", keepMonthly: "1mo""#, #"keepWithin: "365d", keepMonthly: "1y""#,
        #"keepWithin: "11mo", keepMonthly: "335d""#, #"keepWithin: "1mo", keepDaily: "29d""#,
        // Counts reach back as far as there are periods.
        #"keepWithin: "9y", keepMonthly: 12"#, #"keepDaily: 400, keepMonthly: "1y""#,
        #"keepDaily: 30, keepWeekly: 4"#,
        "keepLast: 3, keepDaily: 3", "keepLast: 1, keepMonthly: 2",
        #"keepWithin: "30d", keepLabelled: { a: "31d" }"#,
        #"keepDaily: "1y", keepLabelled: { a: "1d" }"#,
    ]) func `accepts rules that may keep something of their own`(_ rules: String) {
        #expect(complaints(inSavepoints(rules)) == "")
    }

    @Test(arguments: [
        (#"keepWithin: "1mo", keepDaily: "28d""#, "keepDaily"),
        (#"keepWithin: "31d", keepMonthly: "1mo""#, "keepMonthly"),
        (#"keepWithin: "1y", keepMonthly: "12mo""#, "keepMonthly"),
        (#"keepWithin: "1y", keepMonthly: "365d""#, "keepMonthly"),
        (#"keepWithin: "1y", keepWeekly: "52w""#, "keepWeekly"),
        (#"keepDaily: "1y", keepYearly: "8760h""#, "keepYearly"),
        (#"keepWithin: "1440m", keepDaily: "1d""#, "keepDaily"),
        (#"keepDaily: "31d", keepMonthly: "1mo""#, "keepMonthly"),
        (#"keepMonthly: "24mo", keepYearly: "2y""#, "keepYearly"),
        (#"keepWithin: "37mo", keepYearly: "3y""#, "keepYearly"),
    ]) func `refuses a rule whose snapshots another keeps for certain`(
        _ rules: String,
        _ key: String
    ) {
        let said = complaints(inSavepoints(rules))
        #expect(said.contains("cannot use \(key) "), "\(said)")
        #expect(said.contains("keeps all that it would keep"))
    }

    @Test func `asks nothing of rules that no job has`() {
        let text = """
            { defaults: { savepoints: { keepWithin: "2y", keepMonthly: "1y" } },
              jobs: [{ name: "a", savepoints: "/sp/a", keep: { savepoints: { keepMonthly: null } } }] }
            """
        #expect(complaints(text) == "")
    }
}
