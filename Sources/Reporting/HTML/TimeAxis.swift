// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// A line of time from the oldest snapshot of a job to now, cut into parts of five hundred.
struct TimeAxis {
    /// How many places marks can stand at: no screen shows more of them side by side.
    static let resolution = 500

    private static let secondsOfDay = 86_400

    private let start: Int
    private let end: Int

    /// Makes the line.
    ///
    /// - Parameters:
    ///   - oldest: Where it begins; a day before `now` where that is not older.
    ///   - now: Where it ends.
    init(from oldest: Instant, to now: Instant) {
        end = Int(now.seconds)
        start = min(Int(oldest.seconds), end - Self.secondsOfDay)
    }

    /// The place of a moment; what lies in the future stands at the end.
    func position(of time: Instant) -> Int {
        position(ofSecond: Int(time.seconds))
    }

    private func position(ofSecond second: Int) -> Int {
        let share = Double(second - start) / Double(end - start)
        return Int((min(1, max(0, share)) * Double(Self.resolution)).rounded())
    }

    /// Where days, months or years begin that are worth a label: at most six.
    var ticks: [(position: Int, label: String)] {
        let first = CivilDay(ofLocalSecond: start).number + 1
        let last = CivilDay(ofLocalSecond: end).number
        let days = last - first + 1
        let marks = days <= 70 ? Self.days(first...max(first, last)) : Self.months(first...last)
        return marks.map { (position(ofSecond: $0.day.number * Self.secondsOfDay), $0.label) }
            // The ends have labels of their own.
            .filter { $0.position >= 135 && $0.position <= Self.resolution - 70 }
    }

    private static func days(_ range: ClosedRange<Int>) -> [(day: CivilDay, label: String)] {
        let step = [1, 2, 3, 5, 7, 10, 14].first { range.count / $0 <= 5 } ?? 14
        let last = range.upperBound - range.upperBound % step
        return stride(from: last, through: range.lowerBound, by: -step)
            .map { CivilDay(number: $0) }
            .map { ($0, String($0.text.dropFirst(5))) }
    }

    private static func months(_ range: ClosedRange<Int>) -> [(day: CivilDay, label: String)] {
        let from = CivilDay(number: range.lowerBound).date
        let to = CivilDay(number: range.upperBound).date
        let (first, last) = (from.year * 12 + from.month, to.year * 12 + to.month - 1)
        guard first <= last else { return [] }
        let steps = [1, 2, 3, 6, 12, 24, 60, 120, 600]
        let step = steps.first { (last - first) / $0 < 5 } ?? 1200
        return (first...last).filter { $0 % step == 0 }.map { month in
            let day = CivilDay(year: month / 12, month: month % 12 + 1, day: 1)
            let text = day.text
            return (day, String(step >= 12 ? text.prefix(4) : text.prefix(7)))
        }
    }
}
