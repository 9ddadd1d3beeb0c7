// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import Discovery
@testable import Planning

/// What plans for other days condemn, and whether what was explained agrees with them.
///
/// Nothing changes in the tree meanwhile: it is looked at once, and decided on day by day.
final class PlansByDay {
    /// Which days are planned for beside the told one, the day before, and now.
    enum Extent {
        /// Every one from so many days before now to so many days after.
        case all(Int)
        /// So many of them, by chance.
        case some(Int, of: Int)
    }

    /// Whether every path is to be looked at, which `Tests/run days` asks for.
    static let isWhole = ProcessInfo.processInfo.environment["JANITOR_TEST_DAYS"] == "all"

    private let planner: Planner
    private let decider: Decider
    private let now: Instant
    private let extent: Extent
    private var random: SeededGenerator
    private var known: [Int: Set<StorageURL>] = [:]
    private lazy var condemnedNow = condemned(at: now)

    private var today: Int { CivilDay(ofLocalSecond: Int(now.seconds)).number }

    init(_ planner: Planner, now: Instant, _ extent: Extent, seed: UInt64) {
        self.planner = planner
        self.now = now
        self.extent = extent
        random = SeededGenerator(seed: seed)
        let roster = planner.roster()
        decider = planner.decider(
            at: now,
            memory: PlanningMemory(),
            waivers: Waivers(),
            word: planner.ask(roster),
            roster: roster
        )
    }

    /// Compares what is told of a path with plans; gives it.
    @discardableResult
    func check(_ place: StorageURL, _ name: String) -> Explanation {
        let told = planner.explain(place, at: now, memory: PlanningMemory())
        guard let prospect = told.prospect else {
            #expect(told.verdict == nil, "\(place) of \(name)")
            return told
        }
        // What lies in a snapshot goes with it.
        var subject = place
        if case .partOfSnapshot(let owner, _) = told.subject { subject = owner }
        let isCondemned = { (day: Int) in self.condemned(on: day).contains(subject) }
        let isDue = condemnedNow.contains(subject)
        let what = "\(place) of \(name): \(prospect)"
        switch prospect {
        case .first(let day):
            #expect(!isDue && isCondemned(day.number), "\(what)")
            for day in days(today + 1...max(today + 1, day.number - 1), day.number - 1)
            where day < told.day && day > today {
                #expect(!isCondemned(day), "\(what), \(day)")
            }
        case .due(let since):
            #expect(isDue && !isCondemned(since.number - 1), "\(what)")
            if since.number <= today {
                for day in days(since.number...today, since.number) {
                    #expect(isCondemned(day), "\(what), \(day)")
                }
            }
        case .never:
            #expect(!isDue, "\(what)")
            for day in days(today + 1...today + reach, today + reach) {
                #expect(!isCondemned(day), "\(what), \(day)")
            }
        }
        return told
    }

    /// A plan made anew is the one that was decided on here.
    func checkPlanning() {
        let day = Int.random(in: today - reach...today + reach, using: &random)
        let plan = planner.plan(at: Self.midnight(day), memory: PlanningMemory()).plan
        #expect(plan.everythingCondemned == condemned(on: day))
    }

    private var reach: Int {
        switch extent {
        case .all(let reach), .some(_, of: let reach): reach
        }
    }

    private func days(_ range: ClosedRange<Int>, _ always: Int) -> [Int] {
        switch extent {
        case .all: return Array(range)
        case .some(let count, _):
            return [always] + (0..<count).map { _ in Int.random(in: range, using: &random) }
        }
    }

    private func condemned(on day: Int) -> Set<StorageURL> {
        if let known = known[day] { return known }
        let found = condemned(at: Self.midnight(day))
        known[day] = found
        return found
    }

    private func condemned(at moment: Instant) -> Set<StorageURL> {
        decider.at(moment).plan(planner.search(in: decider.inventory)).0.everythingCondemned
    }

    private static func midnight(_ day: Int) -> Instant { Instant(seconds: Int64(day) * 86_400) }
}

extension Explanation {
    /// The number of the day that is told; of none, one that never comes.
    fileprivate var day: Int { prospect?.day?.number ?? .max }
}

extension Plan {
    /// Places of snapshots and of everything else that would go.
    var everythingCondemned: Set<StorageURL> {
        condemned.union(objects.filter { $0.verdict == .condemn }.map(\.place))
    }
}

extension Inventory {
    /// Every file and directory that was listed, sorted.
    var everyPlace: [StorageURL] {
        let files = (0..<table.fileCount).map { table.place(ofFile: FileID($0)) }
        let directories = (0..<table.directoryCount).map {
            table.place(ofDirectory: DirectoryID($0))
        }
        return (files + directories).sorted()
    }

    /// Whether something is a snapshot, or a file outside snapshots.
    func isDecidedOn(_ place: StorageURL) -> Bool {
        switch entry(at: place) {
        case .snapshot, .file: true
        default: false
        }
    }

    /// Whether something lies outside snapshots and is none.
    func isLoose(_ place: StorageURL) -> Bool {
        switch entry(at: place) {
        case .file, .directory: true
        default: false
        }
    }
}
