// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Execution
public import Planning
public import SnapshotModel

extension MetricsPage {
    /// How a command ended.
    public struct Ending {
        /// Its name.
        let command: String
        /// When it began.
        let began: Instant
        /// When it ended.
        let ended: Instant
        /// Its exit code.
        let code: Int32

        /// Makes an ending of its parts.
        public init(command: String, began: Instant, ended: Instant, code: Int32) {
            self.command = command
            self.began = began
            self.ended = ended
            self.code = code
        }

        /// Done.
        public var isSuccess: Bool { code == 0 }
        /// It came to its end: done, partial, or held back by a limit.
        var isCompletion: Bool { [0, 3, 4].contains(code) }
    }

    /// Tells how a command ended.
    public mutating func tell(_ ending: Ending, version: String) {
        let command = [MetricSample.Label(name: "command", value: ending.command)]
        func sample(_ metric: Metric, _ value: String) -> MetricSample {
            MetricSample(metric, command, value)
        }
        let end = Self.seconds(ending.ended.nanoseconds)
        var samples = [
            sample(.lastEnd, end), sample(.exitCode, "\(ending.code)"),
            sample(
                .duration,
                Self.seconds(max(0, ending.ended.nanoseconds(since: ending.began)))
            ),
        ]
        if ending.isSuccess { samples.append(sample(.lastSuccess, end)) }
        if ending.isCompletion { samples.append(sample(.lastCompletion, end)) }
        replace(command: ending.command, with: samples)
        replace(.program, with: [MetricSample(.buildInformation, ["version": version], 1)])
    }

    /// Seconds with three decimals, which a Double holds.
    private static func seconds(_ nanoseconds: Int64) -> String {
        let (seconds, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000 / 1_000_000)
        let digits = "\(rest.magnitude)"
        return "\(seconds)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// Tells what a look at the stores came to.
    public mutating func tell(_ plan: Plan) {
        var samples: [MetricSample] = [MetricSample(.partial, [:], plan.isPartial ? 1 : 0)]
        let snapshots = Dictionary(grouping: plan.snapshots, by: \.job)
        for job in plan.jobs {
            let own = snapshots[job.name] ?? []
            samples.append(MetricSample(.limit, ["job": job.name], job.limit == nil ? 0 : 1))
            samples += Self.samples(job.name, own)
            let causes = Dictionary(grouping: own.filter { $0.verdict == .leave }) {
                $0.reasons.first?.ruleID ?? ""
            }
            for (cause, left) in causes {
                let labels: KeyValuePairs = ["job": job.name, "cause": cause]
                samples.append(MetricSample(.leftAlone, labels, left.count))
            }
        }
        replace(.plan, with: samples + Self.samples(plan.objectTotals))
    }

    private static func samples(_ job: String, _ own: [PlannedSnapshot]) -> [MetricSample] {
        var samples: [MetricSample] = []
        for kind in [SnapshotKind.savepoint, .checkpoint] {
            let kinds = own.filter { $0.kind == kind }
            for verdict in Verdict.allCases {
                let verdicts = kinds.filter { $0.verdict == verdict }
                let labels: KeyValuePairs = [
                    "job": job, "kind": kind.rawValue, "verdict": verdict.rawValue,
                ]
                samples.append(MetricSample(.snapshots, labels, verdicts.count))
                let bytes = verdicts.sum(of: \.bytes)
                samples.append(MetricSample(.snapshotBytes, labels, bytes))
            }
            if let newest = kinds.newestClosed {
                let labels: KeyValuePairs = ["job": job, "kind": kind.rawValue]
                samples.append(MetricSample(.newestClosed, labels, newest.seconds))
            }
        }
        return samples
    }

    private static func samples(_ totals: [ObjectTotal]) -> [MetricSample] {
        struct Key: Hashable {
            let kind: LooseKind
            let verdict: Verdict
        }
        var sums: [Key: (count: Int, bytes: Int64)] = [:]
        var left: [String: (kind: LooseKind, cause: String, count: Int)] = [:]
        for total in totals {
            sums[Key(kind: total.kind, verdict: total.verdict), default: (0, 0)].count +=
                total.count
            sums[Key(kind: total.kind, verdict: total.verdict), default: (0, 0)].bytes
                .add(bytes: total.bytes)
            guard total.verdict == .leave else { continue }
            let cause = total.reason.ruleID
            left["\(total.kind) \(cause)", default: (total.kind, cause, 0)].count += total.count
        }
        return sums.flatMap { key, sum in
            let labels: KeyValuePairs = [
                "kind": key.kind.rawValue, "verdict": key.verdict.rawValue,
            ]
            return [
                MetricSample(.objects, labels, sum.count),
                MetricSample(.objectBytes, labels, sum.bytes),
            ]
        }
            + left.values.map {
                let labels: KeyValuePairs = ["kind": $0.kind.rawValue, "cause": $0.cause]
                return MetricSample(.leftAloneObjects, labels, $0.count)
            }
    }

    /// Tells what a report counted.
    public mutating func tell(_ report: RetentionReport) {
        tell(report.plan)
        let samples = report.jobs.flatMap { job in
            [
                ("exclusive", job.bytes.exclusive), ("shared", job.bytes.shared),
                ("unreferenced", job.bytes.unreferenced), ("trash", job.bytes.trash),
            ].map { use, bytes in
                MetricSample(.storedBytes, ["job": job.name, "use": use], bytes)
            }
        }
        replace(.usage, with: samples)
    }

    /// Tells what a run did.
    public mutating func tell(_ plan: Plan, _ report: RunReport) {
        tell(plan)
        var samples: [MetricSample] = []
        for job in plan.jobs {
            let own = report.lines.filter { $0.job == job.name }
            let gone = own.filter(\.isGone)
            for form in [RunReport.Form.snapshot, .file, .emptyDirectory] {
                let labels: KeyValuePairs = ["job": job.name, "form": form.rawValue]
                let count = gone.count { $0.form == form }
                samples.append(MetricSample(.removed, labels, count))
            }
            let labels: KeyValuePairs = ["job": job.name]
            let emptied = report.emptied.filter { $0.job == job.name }
            let failed = (own + emptied).count { !$0.isGone }
            samples += [
                MetricSample(.removedBytes, labels, gone.sum(of: \.bytes)),
                MetricSample(.failed, labels, failed),
                MetricSample(
                    .emptiedBytes,
                    labels,
                    emptied.filter(\.isGone).sum(of: \.bytes)
                ),
            ]
        }
        replace(.run, with: samples)
    }
}
