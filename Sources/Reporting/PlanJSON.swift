// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Planning
internal import SnapshotModel
internal import Storage

/// A plan for machines; the contract is described in the manual and pinned by tests.
public struct PlanJSON {
    let plan: Plan
    /// What the plan is a part of; nil where only the plan is known.
    let result: PlanningResult?

    /// Makes the JSON of a plan that tells of nothing outside snapshots but what goes.
    ///
    /// - Parameter plan: The decisions.
    public init(_ plan: Plan) {
        self.plan = plan
        result = nil
    }

    /// Makes the JSON of a plan.
    ///
    /// - Parameter result: The decisions, and what they were made from.
    public init(_ result: PlanningResult) {
        plan = result.plan
        self.result = result
    }

    /// Writes the document as it is made: it is never held whole.
    ///
    /// It ends with a checksum of all that stands before it; `SavedPlan` refuses a plan without.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func write(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(isChecked: true, take)
        json.object { json in
            json.key("format")
            json.value(Plan.format)
            json.key("at")
            json.value(plan.at.description)
            json.key("policy")
            json.value(plan.policy)
            json.key("fingerprint")
            json.value(plan.policyFingerprint)
            json.key("snapshots")
            json.array { json in
                for snapshot in plan.snapshots { Self.write(snapshot, &json) }
            }
            json.key("objects")
            json.array { json in writeObjects(&json) }
            json.key("roots")
            json.array { json in plan.roots.forEach { Self.write($0, &json) } }
            json.key("lost")
            json.array { json in plan.lost.forEach { Self.write($0, &json) } }
            json.key("jobs")
            json.array { json in plan.jobs.forEach { Self.write($0, &json) } }
            json.findings(of: plan)
            json.key("totals")
            writeTotals(&json)
            json.endWithChecksum()
        }
        json.finish()
    }

    private static func write(_ snapshot: PlannedSnapshot, _ json: inout JSONWriter) {
        json.object { json in
            json.facts(of: snapshot)
            json.key("verdict")
            json.value(snapshot.verdict.rawValue)
            json.key("reasons")
            write(snapshot.reasons, &json)
            writeProof(snapshot, &json)
        }
    }

    /// What a saved plan is compared by later, and what was checked.
    private static func writeProof(_ snapshot: PlannedSnapshot, _ json: inout JSONWriter) {
        json.key("heldByLimit")
        json.value(snapshot.isHeldByLimit)
        json.places(snapshot.goesAfter, as: "goesAfter")
        json.references(of: snapshot)
        json.place(snapshot.root, as: "root")
        json.key("metadataBytes")
        json.value(snapshot.metadataLength)
        json.key("contents")
        json.object { json in
            json.key("count")
            json.value(snapshot.contents.count)
            json.key("sum")
            json.value(String(snapshot.contents.sum, radix: 16))
        }
    }

    static func write(_ reasons: [Reason], _ json: inout JSONWriter) {
        json.array { json in
            for reason in reasons { write(rule: reason.ruleID, text: reason.text, &json) }
        }
    }

    static func write(rule: String, text: String, _ json: inout JSONWriter) {
        json.object { json in
            json.key("rule")
            json.value(rule)
            json.key("text")
            json.value(text)
        }
    }

    private static func write(_ root: PlannedRoot, _ json: inout JSONWriter) {
        json.object { json in
            json.place(root.place)
            json.key("listing")
            if case .incomplete = root.outcome {
                json.value("incomplete")
            } else {
                json.value("complete")
            }
            json.key("undo")
            json.value(root.undo)
            json.key("job")
            json.value(root.jobs.count == 1 ? root.jobs[0] : nil)
            if root.jobs.count > 1 {
                json.key("jobs")
                json.array { json in root.jobs.forEach { json.value($0) } }
            }
            json.key("role")
            json.value(root.role.rawValue)
            json.key("present")
            json.value(root.outcome != .absent)
            json.key("files")
            json.value(root.fileCount)
        }
    }

    private static func write(_ root: LostRoot, _ json: inout JSONWriter) {
        json.object { json in
            json.place(root.place)
            json.key("filesBefore")
            json.value(root.held)
            json.key("files")
            json.value(root.holds)
        }
    }

    private static func write(_ job: PlannedJob, _ json: inout JSONWriter) {
        json.object { json in
            json.key("job")
            json.value(job.name)
            json.key("closed")
            json.value(job.closedCount)
            json.key("condemned")
            json.value(job.condemnedCount)
            json.key("condemnedClosed")
            json.value(job.condemnedClosedCount)
            json.key("condemnedBytes")
            json.value(job.condemnedBytes)
            json.key("trash")
            json.value(job.trash)
            json.key("limit")
            json.value(job.limit?.text)
        }
    }

    private func writeTotals(_ json: inout JSONWriter) {
        json.object { json in
            json.key("snapshots")
            json.value(plan.snapshots.count)
            for verdict in Verdict.allCases {
                let own = plan.snapshots.filter { $0.verdict == verdict }
                json.key(verdict.rawValue)
                json.object { json in
                    json.key("count")
                    json.value(own.count)
                    json.key("bytes")
                    json.value(own.sum(of: \.bytes))
                }
            }
            json.key("heldByLimit")
            json.value(plan.snapshots.count(where: \.isHeldByLimit))
            json.key("trash")
            json.object { json in
                json.key("count")
                json.value(plan.trashCount)
                json.key("bytes")
                json.value(plan.trashBytes)
            }
            json.key("outside")
            json.object { json in
                for kind in LooseKind.allCases {
                    guard let total = plan.loose[kind] else { continue }
                    json.key(kind.rawValue)
                    Self.write(total, &json)
                }
            }
            json.key("objects")
            json.array { json in
                for total in plan.objectTotals { Self.write(total, &json) }
            }
        }
    }

    private static func write(_ total: ObjectTotal, _ json: inout JSONWriter) {
        json.object { json in
            json.key("kind")
            json.value(total.kind.rawValue)
            json.key("verdict")
            json.value(total.verdict.rawValue)
            json.key("rule")
            json.value(total.reason.ruleID)
            json.key("count")
            json.value(total.count)
            json.key("bytes")
            json.value(total.bytes)
        }
    }

    private static func write(_ total: LooseTotal, _ json: inout JSONWriter) {
        json.object { json in
            json.key("count")
            json.value(total.count)
            json.key("bytes")
            json.value(total.bytes)
            json.key("referencedCount")
            json.value(total.referencedCount)
            json.key("referencedBytes")
            json.value(total.referencedBytes)
        }
    }
}
