// SPDX-License-Identifier: Apache-2.0

public import Discovery
internal import SnapshotModel

/// How many things outside snapshots of one kind come to one verdict for one reason.
public struct ObjectTotal: Hashable, Sendable {
    /// What they are.
    public var kind: LooseKind
    /// What is to happen to them.
    public var verdict: Verdict
    /// The first reason of one of them.
    public var reason: Reason
    /// How many there are.
    public var count: Int
    /// Their bytes.
    public var bytes: Int64

    /// Makes a total of its parts.
    public init(kind: LooseKind, verdict: Verdict, reason: Reason, count: Int, bytes: Int64) {
        self.kind = kind
        self.verdict = verdict
        self.reason = reason
        self.count = count
        self.bytes = bytes
    }
}

/// Sums by kind, verdict and rule.
struct ObjectTotals {
    private struct Key: Hashable {
        let kind: LooseKind
        let verdict: Verdict
        let rule: String
    }

    private var all: [Key: ObjectTotal] = [:]

    mutating func count(
        _ kind: LooseKind,
        _ verdict: Verdict,
        _ reason: Reason,
        _ sum: (count: Int, bytes: Int64)
    ) {
        let key = Key(kind: kind, verdict: verdict, rule: reason.ruleID)
        var total =
            all[key]
            ?? ObjectTotal(kind: kind, verdict: verdict, reason: reason, count: 0, bytes: 0)
        total.count += sum.count
        total.bytes.add(bytes: sum.bytes)
        all[key] = total
    }

    /// Takes back one of something without bytes.
    mutating func uncount(_ kind: LooseKind, _ verdict: Verdict, _ reason: Reason) {
        let key = Key(kind: kind, verdict: verdict, rule: reason.ruleID)
        all[key]?.count -= 1
        if all[key]?.count == 0 { all[key] = nil }
    }

    /// By kind, verdict and rule.
    var sorted: [ObjectTotal] {
        func rank(_ key: Key) -> (Int, Int, String) {
            (
                LooseKind.allCases.firstIndex(of: key.kind) ?? 0,
                Verdict.allCases.firstIndex(of: key.verdict) ?? 0,
                key.rule
            )
        }
        return all.sorted { rank($0.key) < rank($1.key) }.map(\.value)
    }
}
