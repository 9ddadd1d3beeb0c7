// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

extension RetentionReport {
    /// Writes the report for machines.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("at")
            json.value(plan.at.description)
            json.key("policy")
            json.value(plan.policy)
            json.key("fingerprint")
            json.value(plan.policyFingerprint)
            json.key("partial")
            json.value(plan.isPartial)
            json.key("horizon")
            json.value(forecast.horizon.text)
            json.key("bytes")
            Self.write(total, &json)
            json.key("jobs")
            json.array { json in jobs.forEach { Self.write($0, &json) } }
            json.key("snapshots")
            json.array { json in plan.snapshots.forEach { write($0, &json) } }
            json.key("departures")
            json.array { json in writeDepartures(&json) }
            json.leftAlone(of: plan)
            json.findings(of: plan)
        }
        json.finish()
    }

    private static func write(_ bytes: Bytes, _ json: inout JSONWriter) {
        json.object { json in
            for (key, value) in [
                ("stored", bytes.stored), ("exclusive", bytes.exclusive), ("shared", bytes.shared),
                ("unreferenced", bytes.unreferenced), ("trash", bytes.trash),
                ("freed", bytes.freed),
            ] {
                json.key(key)
                json.value(value)
            }
        }
    }

    private static func write(_ job: Job, _ json: inout JSONWriter) {
        json.object { json in
            json.key("job")
            json.value(job.name)
            for verdict in Verdict.allCases {
                json.key(verdict.rawValue)
                json.value(job.snapshots.count { $0.verdict == verdict })
            }
            json.key("limit")
            json.value(job.planned.limit?.text)
            json.key("newestClosed")
            json.object { json in
                for kind in [SnapshotKind.savepoint, .checkpoint] {
                    json.key(kind.rawValue)
                    json.value(job.newestClosed(kind)?.description)
                }
            }
            json.key("bytes")
            write(job.bytes, &json)
        }
    }

    private func write(_ snapshot: PlannedSnapshot, _ json: inout JSONWriter) {
        json.object { json in
            json.facts(of: snapshot)
            json.key("verdict")
            json.value(snapshot.verdict.rawValue)
            json.key("heldByLimit")
            json.value(snapshot.isHeldByLimit)
            json.key("reasons")
            PlanJSON.write(snapshot.reasons, &json)
            json.key("goes")
            json.value(goes(snapshot))
            guard let share = shares[snapshot.place] else { return }
            json.key("exclusiveBytes")
            json.value(share.exclusive)
            json.key("sharedBytes")
            json.value(share.shared)
            json.key("sharedWith")
            json.value(share.others)
        }
    }

    /// Day by day: what goes, and what the trash lets go for good.
    private func writeDepartures(_ json: inout JSONWriter) {
        var days: [CivilDay: UsageTally] = [:]
        for snapshot in plan.snapshots {
            guard let day = forecast.departures[snapshot.place] else { continue }
            days[day, default: UsageTally()].add(snapshot.bytes)
        }
        for (what, tallies) in [("snapshots", days), ("trash", trashEnds)] {
            for (day, tally) in tallies.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.key("day")
                    json.value(day.text)
                    json.key("of")
                    json.value(what)
                    json.key("count")
                    json.value(tally.count)
                    json.key("bytes")
                    json.value(tally.bytes)
                }
            }
        }
    }
}
