// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

/// What goes on one day, or in one month that is far away.
struct Departure: Hashable {
    /// The first day.
    let day: CivilDay
    /// The day, or the month.
    let label: String
    /// Days from now.
    let days: Int
    /// What goes, in words.
    let what: String
    /// Its bytes.
    let bytes: Int64
    /// Whose it is, in words.
    let jobs: String
}

extension RetentionReport {
    /// Days of the next so many weeks are told one by one, months after that.
    private static let daysToldOneByOne = 35

    /// What goes when, the next first: snapshots, and what the trash lets go for good.
    var departureList: [Departure] {
        let today = CivilDay(ofLocalSecond: Int(plan.at.seconds))
        var snapshots: [CivilDay: [PlannedSnapshot]] = [:]
        for snapshot in plan.snapshots {
            guard let day = forecast.departures[snapshot.place] else { continue }
            snapshots[first(day, after: today), default: []].append(snapshot)
        }
        let going = snapshots.map { day, own in
            departure(
                day,
                today,
                own.count == 1 ? "1 snapshot" : "\(own.count) snapshots",
                own.sum(of: \.bytes),
                Self.names(Dictionary(grouping: own, by: \.job).mapValues(\.count))
            )
        }
        var trash: [CivilDay: UsageTally] = [:]
        for (day, tally) in trashEnds {
            // What is due already goes with the next run.
            let day = max(day, CivilDay(number: today.number + 1))
            let key = first(day, after: today)
            trash[key] = (trash[key] ?? UsageTally()) + tally
        }
        let emptied = trash.map { day, tally in
            departure(day, today, "\(tally.count) for good from the trash", tally.bytes, "")
        }
        return (going + emptied).sorted { ($0.day, $0.what) < ($1.day, $1.what) }
    }

    private func first(_ day: CivilDay, after today: CivilDay) -> CivilDay {
        guard day.number - today.number > Self.daysToldOneByOne else { return day }
        let date = day.date
        let first = CivilDay(year: date.year, month: date.month, day: 1)
        // The month that begins among the days told one by one has its rest behind them.
        return max(first, CivilDay(number: today.number + Self.daysToldOneByOne + 1))
    }

    private func departure(
        _ day: CivilDay,
        _ today: CivilDay,
        _ what: String,
        _ bytes: Int64,
        _ jobs: String
    ) -> Departure {
        let days = day.number - today.number
        let isMonth = days > Self.daysToldOneByOne
        return Departure(
            day: day,
            label: isMonth ? String(day.text.prefix(7)) : day.text,
            days: days,
            what: what,
            bytes: bytes,
            jobs: jobs
        )
    }

    private static func names(_ counts: [String: Int]) -> String {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let named = sorted.prefix(3).map(\.key).joined(separator: ", ")
        return sorted.count > 3 ? "\(named) and \(sorted.count - 3) more jobs" : named
    }
}
