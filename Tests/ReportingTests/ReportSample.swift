// SPDX-License-Identifier: Apache-2.0

import Discovery
import Foundation
import Policy
import Retention
import SnapshotModel
import Storage

@testable import Planning
@testable import Reporting

/// Reports made by hand.
struct ReportSample: Sendable, CustomStringConvertible {
    let description: String
    let report: RetentionReport

    /// The plans of other tests as reports, with sums made up.
    static let all = PlanSample.all.map { sample in
        ReportSample(description: "\(sample)", report: report(sample.plan))
    }

    static func report(_ plan: Plan) -> RetentionReport {
        let today = CivilDay(ofLocalSecond: Int(plan.at.seconds)).number
        var departures: [StorageURL: CivilDay] = [:]
        for (number, snapshot) in plan.snapshots.enumerated() where snapshot.verdict == .keep {
            departures[snapshot.place] = CivilDay(number: today + 3 + number % 17 * 20)
        }
        var trash = UsageTally()
        trash.add(650_000_000)
        trash.add(650_000_000)
        return RetentionReport(
            plan,
            bytes: plan.jobs.isEmpty
                ? [:]
                : [
                    plan.jobs[0].name: RetentionReport.Bytes(
                        stored: 1_310_000_000,
                        exclusive: 1_200_000,
                        shared: 8_000_000,
                        unreferenced: 800_000,
                        trash: 1_300_000_000,
                        freed: 77_000_000_000
                    )
                ],
            shares: [:],
            forecast: Forecast(horizon: CivilDay(number: today + 366), departures: departures),
            trashEnds: [CivilDay(number: today + 2): trash],
            journalsSince: PlanSample.ago(100)
        )
    }

    /// Ten thousand snapshots of four jobs, with names as long as Flink makes them, each with all
    /// the reasons that the guide's rules give.
    static let large: RetentionReport = {
        var snapshots: [PlannedSnapshot] = []
        for job in 0..<4 {
            let name = "pipeline-\(job)"
            let savepoints = StorageURL(scheme: "hdfs", authority: "ns1", path: "/flink/sp")
                .appending(ObjectName(name))
            let checkpoints = StorageURL(scheme: "hdfs", authority: "ns1", path: "/flink/cp")
                .appending(ObjectName(name))
            for number in 0..<1500 {
                snapshots.append(savepoint(number, job, name, in: savepoints))
            }
            for number in 0..<1000 {
                snapshots.append(checkpoint(number, job, name, in: checkpoints))
            }
        }
        return report(
            PlanSample.plan(
                snapshots,
                roots: [],
                jobs: (0..<4).map { PlanSample.job("pipeline-\($0)") }
            )
        )
    }()

    private static func hexadecimal(_ number: Int, _ width: Int) -> String {
        let digits = String(number &* 0x9E37_79B9 & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "a", count: width - digits.count) + digits
    }

    private static func savepoint(
        _ number: Int,
        _ job: Int,
        _ name: String,
        in root: StorageURL
    ) -> PlannedSnapshot {
        let path = ObjectName("savepoint-5a1e5\(job)-\(hexadecimal(number, 12))")
        return PlanSample.snapshot(path, id: Int64(90_000 - number), days: 0, in: root) {
            $0.job = name
            $0.kind = .savepoint
            $0.time = PlanSample.ago(Int64(number / 4))
            let date = CivilDay(ofLocalSecond: Int($0.time.seconds)).date
            let month = CalendarBucket.month(year: Int32(date.year), month: Int32(date.month))
            if number < 3 {
                $0.reasons = [.rule(.amongLast(position: number + 1, limit: 3))]
            } else if number % 120 == 3 {
                $0.reasons = [
                    .rule(
                        .newestWithin(
                            month,
                            RetentionDuration(1, .years),
                            until: PlanSample.ago(Int64(number / 4) - 365)
                        )
                    )
                ]
            } else {
                $0.verdict = .condemn
                $0.reasons = [
                    .rule(.notAmongLast(position: number + 1, limit: 3)),
                    .rule(.withoutLabel("pre-deploy")), .rule(.notNewest(of: month, newest: path)),
                ]
            }
        }
    }

    /// Each of an attempt of its own: the longest names there are.
    private static func checkpoint(
        _ number: Int,
        _ job: Int,
        _ name: String,
        in root: StorageURL
    ) -> PlannedSnapshot {
        let path = ObjectName("\(hexadecimal(number * 8 + job, 32))/chk-\(number % 9000 + 1000)")
        return PlanSample.snapshot(path, id: Int64(number), days: 0, in: root) {
            $0.job = name
            $0.kind = .checkpoint
            $0.time = PlanSample.ago(Int64(number))
            $0.verdict = number < 10 ? .keep : .condemn
            $0.reasons =
                number < 10
                ? [.rule(.amongLast(position: number + 1, limit: 10))]
                : [.rule(.notAmongLast(position: number + 1, limit: 10))]
        }
    }
}
