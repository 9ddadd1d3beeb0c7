// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import SnapshotModel

/// Snapshots, or things outside them, that are left for the same cause.
struct LeftAlone {
    /// What they are, in words.
    let what: String
    /// What one of them is; nil of what is not counted so.
    let one: String?
    /// The rule of the cause.
    let rule: String
    /// Why, in words that hold for all of them.
    let text: String
    /// Whether something could not be known, which makes a plan partial.
    var isUnknown = false
    /// How many.
    var count = 0
    /// Their bytes.
    var bytes: Int64 = 0

    /// One line for people.
    var line: String {
        let counted = one.map { Counted.text(count, $0) } ?? "\(what) (\(count))"
        return "\(counted), \(ByteText.text(bytes)): \(text)".printable
    }
}

extension Plan {
    /// What is left alone, by cause; the most first.
    var leftAlone: [LeftAlone] {
        var causes: [String: LeftAlone] = [:]
        func count(_ cause: LeftAlone, _ isUnknown: Bool, _ number: Int, _ bytes: Int64) {
            var counted = causes["\(cause.what)\n\(cause.text)"] ?? cause
            counted.count += number
            counted.bytes.add(bytes: bytes)
            counted.isUnknown = counted.isUnknown || isUnknown
            causes["\(cause.what)\n\(cause.text)"] = counted
        }
        for snapshot in snapshots where snapshot.verdict == .leave {
            guard let reason = snapshot.reasons.first else { continue }
            let isUnknown = snapshot.reasons.contains(where: \.isUnknown)
            let kind = snapshot.kind
            let cause = LeftAlone(
                what: kind.plural,
                one: kind.rawValue,
                rule: reason.ruleID,
                text: reason.outline.text
            )
            count(cause, isUnknown, 1, snapshot.bytes)
        }
        for total in objectTotals where total.verdict == .leave {
            let (rule, text) = (total.reason.ruleID, total.reason.summary)
            let cause = LeftAlone(what: total.kind.title, one: nil, rule: rule, text: text)
            count(cause, total.reason.isUnknown, total.count, total.bytes)
        }
        return causes.values.sorted {
            ($1.count, $0.what, $0.text) < ($0.count, $1.what, $1.text)
        }
    }
}

extension JSONWriter {
    /// The key `leftAlone`: causes with how much each of them leaves.
    mutating func leftAlone(of plan: Plan) {
        key("leftAlone")
        array { json in
            for cause in plan.leftAlone {
                json.object { json in
                    json.key("what")
                    json.value(cause.what)
                    json.key("rule")
                    json.value(cause.rule)
                    json.key("text")
                    json.value(cause.text)
                    json.key("count")
                    json.value(cause.count)
                    json.key("bytes")
                    json.value(cause.bytes)
                }
            }
        }
    }

    /// The key `findings`: what is to be known, each with what to do.
    mutating func findings(of plan: Plan) {
        key("findings")
        array { json in
            for finding in plan.findings {
                json.object { json in
                    json.key("severity")
                    json.value(finding.severity.rawValue)
                    json.key("subject")
                    json.value(finding.subject)
                    json.key("message")
                    json.value(finding.message)
                    json.key("hint")
                    json.value(finding.hint)
                }
            }
        }
    }
}
