// SPDX-License-Identifier: Apache-2.0

// usage: engine-benchmark SNAPSHOTS
//
// Decides on so many checkpoints of one job by all the rules that there are, and prints what that cost,
// the making of the candidates left out. No test: nothing passes or fails.

import Foundation
import Glibc
import Policy
import Retention
import SnapshotModel

/// CPU seconds of this process so far, and its peak memory in MiB.
func used() -> (cpu: Double, peak: Int) {
    var use = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
    let whole = Double(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
    let rest = Double(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6
    return (whole + rest, use.ru_maxrss / 1024)
}

guard let count = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }), count > 0 else {
    print("usage: engine-benchmark SNAPSHOTS")
    exit(2)
}
let now = Instant(seconds: 1_795_312_800)
var word: UInt64 = 0x5A11_ED00
let candidates = (0..<count).map { number in
    word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    // Spread over four years, in no order.
    let age = Int64(word >> 33) % (4 * 365 * 86_400)
    return RetentionCandidate(
        key: ObjectName("/flink/checkpoints/orders/chk-\(number)"),
        time: Instant(seconds: now.seconds - age),
        checkpointID: Int64(number),
        labels: number % 100 == 0 ? ["pre-deploy"] : []
    )
}
var rules = RuleSet(keepLast: 10)
rules.keepWithin = RetentionDuration(3, .days)
rules.keepLabelled["pre-deploy"] = RetentionDuration(30, .days)
rules.keepPerPeriod[.day] = .within(RetentionDuration(60, .days))
rules.keepPerPeriod[.week] = .periods(26)
rules.keepPerPeriod[.month] = .within(RetentionDuration(2, .years))
rules.keepPerPeriod[.year] = .periods(3)
var calendar = Calendar(identifier: .iso8601)
calendar.timeZone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
let engine = RetentionEngine(rules: rules, calendar: calendar, now: now)
let before = used().cpu
let start = ContinuousClock().now
let decisions = engine.decide(candidates, newestClosedOfJob: candidates.map(\.time).max())
let took = (ContinuousClock().now - start) / .seconds(1)
let after = used()
let kept = decisions.count { $0.verdict == .keep }
print(
    "{\"wall\": \(took), \"cpu\": \(after.cpu - before), \"peakMiB\": \(after.peak), \"kept\": \(kept)}"
)
