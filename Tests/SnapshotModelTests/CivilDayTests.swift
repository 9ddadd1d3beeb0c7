// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

struct CivilDayTests {
    @Test(arguments: [
        (0, 1970, 1, 1, 3), (-1, 1969, 12, 31, 2), (11_016, 2000, 2, 29, 1),
        (-25_509, 1900, 2, 28, 2), (-25_508, 1900, 3, 1, 3), (20_779, 2026, 11, 22, 6),
        (-719_468, 0, 3, 1, 2), (-719_469, 0, 2, 29, 1),
    ])
    func `numbers, dates and weekdays agree`(
        number: Int,
        year: Int,
        month: Int,
        day: Int,
        weekday: Int
    ) {
        let civilDay = CivilDay(number: number)
        #expect(civilDay.date == (year, month, day))
        #expect(CivilDay(year: year, month: month, day: day) == civilDay)
        #expect(civilDay.weekday == weekday)
    }

    @Test func `a day behind the month's end is one of the next month`() {
        #expect(CivilDay(year: 2026, month: 2, day: 30).date == (2026, 3, 2))
        #expect(CivilDay(year: 2026, month: 12, day: 32).date == (2027, 1, 1))
    }

    @Test func `a day lasts from its first to its last second, before 1970 too`() {
        #expect(CivilDay(ofLocalSecond: 0).number == 0)
        #expect(CivilDay(ofLocalSecond: 86_399).number == 0)
        #expect(CivilDay(ofLocalSecond: 86_400).number == 1)
        #expect(CivilDay(ofLocalSecond: -1).number == -1)
        #expect(CivilDay(ofLocalSecond: -86_400).number == -1)
        #expect(CivilDay(ofLocalSecond: -86_401).number == -2)
        #expect(CivilDay(number: -1) < CivilDay(number: 0))
    }

    @Test func `2,000 years of days follow one another`() {
        var previous = CivilDay(year: 999, month: 12, day: 31)
        var mistakes = 0
        for number in (previous.number + 1)..<(previous.number + 730_486) {
            let day = CivilDay(number: number)
            let (before, date) = (previous.date, day.date)
            let isNext =
                date == (before.year, before.month, before.day + 1)
                || (date.day == 1 && before.day >= 28
                    && date == (before.year, before.month + 1, 1))
                || (date == (before.year + 1, 1, 1) && (before.month, before.day) == (12, 31))
            if !isNext || day.weekday != (previous.weekday + 1) % 7 { mistakes += 1 }
            previous = day
        }
        #expect(mistakes == 0)
        #expect(previous.date == (2999, 12, 31))
    }
}
