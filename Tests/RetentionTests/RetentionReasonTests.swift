// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

@testable import Retention

struct RetentionReasonTests {
    private static let end = Instant(seconds: 1_795_312_800)
    private static let month = RetentionDuration(1, .months)
    private static let may = CalendarBucket.month(year: 2026, month: 5)

    /// Every case with its wording; a wording is part of what operators read in plans.
    private static let wordings: [(RetentionReason, String)] = [
        (.pinned, "pinned: pinned"),
        (
            .futureDated(now: end),
            "futureDated: dated in the future, after 2026-11-22T02:00:00Z"
        ),
        (
            .newestClosed,
            "newestClosed: newest that the job can be restored from, stays whatever the rules say"
        ),
        (.noRules, "noRules: no rule is given, so all are kept"),
        (.notCounted, "notCounted: not for the rules to judge"),
        (
            .broken(.olderThanClosed(end)),
            "broken: broken, and older than the newest closed snapshot of its job "
                + "of 2026-11-22T02:00:00Z"
        ),
        (
            .broken(.notOlderThanClosed(end)),
            "broken: broken, but not older than the newest closed snapshot of its job "
                + "of 2026-11-22T02:00:00Z"
        ),
        (
            .broken(.nothingClosed),
            "broken: broken, but no closed snapshot of its job is known to be newer"
        ),
        (.broken(.keptIfWhole), "broken: broken, but would be kept if it were whole"),
        (.amongLast(position: 1, limit: 1), "keepLast: newest, 1 is kept"),
        (.amongLast(position: 1, limit: 3), "keepLast: newest of the 3 that are kept"),
        (.amongLast(position: 2, limit: 3), "keepLast: 2nd newest of the 3 that are kept"),
        (.notAmongLast(position: 4, limit: 3), "keepLast: 4th newest, 3 are kept"),
        (.notAmongLast(position: 2, limit: 1), "keepLast: 2nd newest, 1 is kept"),
        (
            .within(month, until: end),
            "keepWithin: not older than 1mo, kept until 2026-11-22T02:00:00Z"
        ),
        (
            .within(month, until: Instant(nanoseconds: .max)),
            "keepWithin: not older than 1mo, kept for ever"
        ),
        (.olderThan(month, since: end), "keepWithin: older than 1mo since 2026-11-22T02:00:00Z"),
        (
            .labelled("x", within: month, until: end),
            "keepLabelled: labelled x and not older than 1mo, kept until 2026-11-22T02:00:00Z"
        ),
        (
            .labelledButOlder("x", than: month, since: end),
            "keepLabelled: labelled x, but older than 1mo since 2026-11-22T02:00:00Z"
        ),
        (.withoutLabel("x"), "keepLabelled: has no label x"),
        (
            .newestWithin(may, month, until: end),
            "keepMonthly: newest of 2026-05 and not older than 1mo, "
                + "kept until 2026-11-22T02:00:00Z"
        ),
        (
            .newestButOlder(may, than: month, since: end),
            "keepMonthly: newest of 2026-05, but older than 1mo since 2026-11-22T02:00:00Z"
        ),
        (
            .newest(of: .year(2026), position: 1, limit: 1),
            "keepYearly: newest of 2026, the newest year, 1 is kept"
        ),
        (
            .newest(of: .week(yearForWeek: 2026, week: 3), position: 21, limit: 30),
            "keepWeekly: newest of 2026-W03, the 21st newest of the 30 weeks that are kept"
        ),
        (
            .newestBeyond(.day(year: 2026, month: 1, day: 9), position: 13, limit: 12),
            "keepDaily: newest of 2026-01-09, but that is the 13th newest day, 12 are kept"
        ),
        (
            .notNewest(of: may, newest: "hdfs:///sp/savepoint-1"),
            "keepMonthly: not the newest of 2026-05, that is savepoint-1"
        ),
        (
            .notNewest(of: may, newest: "hdfs:///cp/4f1b/chk-12"),
            "keepMonthly: not the newest of 2026-05, that is 4f1b/chk-12"
        ),
    ]

    @Test func `every reason has its wording`() {
        #expect(!Self.wordings.isEmpty)
        for (reason, wording) in Self.wordings {
            #expect(reason.description == wording)
        }
    }

    @Test func `numbers have their English endings`() {
        let endings = [2, 3, 4, 10, 11, 12, 13, 21, 22, 23, 101, 111, 112, 113, 121, 1002].map {
            RetentionReason.notAmongLast(position: $0, limit: 1).text.prefix { $0 != " " }
        }
        #expect(
            endings == [
                "2nd", "3rd", "4th", "10th", "11th", "12th", "13th", "21st", "22nd", "23rd",
                "101st", "111th", "112th", "113th", "121st", "1002nd",
            ]
        )
    }
}
