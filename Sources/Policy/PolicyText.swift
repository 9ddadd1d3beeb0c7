// SPDX-License-Identifier: Apache-2.0

import Foundation
import SnapshotModel

extension JanitorPolicy {
    /// The policy as a file that says everything and leaves nothing to defaults.
    ///
    /// Reading it again gives the same policy. Comments are not kept.
    public var json5: String {
        var text = "{\n"
        text += "  timeZone: \(timeZoneName.literal),\n"
        text += "  aliases: {\n"
        for alias in aliases {
            let actual = alias.actual?.description.literal ?? "null"
            text += "    \(alias.written.description.literal): \(actual),\n"
        }
        text += "  },\n  jobs: [\n"
        for job in jobs { text += job.json5 }
        text += "  ],\n"
        text += "  alsoRead: [\(Self.list(alsoRead))],\n"
        text += "  protect: [\(Self.list(protected))],\n"
        // Left out where it says nothing, so that policies keep their fingerprints.
        if stores != .builtIn { text += "  stores: \(stores.json5),\n" }
        if notify != .nobody { text += "  notify: \(notify.json5),\n" }
        if let metrics { text += "  metrics: \(metrics.literal),\n" }
        return text + "}\n"
    }

    private static func list(_ places: [StorageURL]) -> String {
        places.map(\.description.literal).joined(separator: ", ")
    }
}

extension JobPolicy {
    fileprivate var json5: String {
        var text = "    {\n      name: \(name.literal),\n"
        for (key, root) in [
            ("savepoints", savepoints), ("checkpoints", checkpoints), ("changelog", changelog),
        ] {
            if let root { text += "      \(key): \(root.description.literal),\n" }
        }
        if let attempts { text += "      attempts: { \(attempts.json5) },\n" }
        if let flink { text += "      flink: \(flink.json5),\n" }
        return text + "      keep: {\n\(settings.json5)      },\n    },\n"
    }
}

extension AttemptClaims {
    fileprivate var json5: String {
        [("jobIds", jobIDs), ("digits", digits), ("names", Set(names.map(\.text)))]
            .filter { !$0.1.isEmpty }
            .map { "\($0): [\($1.sorted().map(\.literal).joined(separator: ", "))]" }
            .joined(separator: ", ")
    }
}

extension JobSettings {
    fileprivate var json5: String {
        let indent = "        "
        let limit = limits.map { "{ share: \($0.share), count: \($0.count) }" } ?? "null"
        return """
            \(indent)savepoints: \(savepoints.json5),
            \(indent)checkpoints: \(checkpoints.json5),
            \(indent)unfinished: "\(unfinished)",
            \(indent)orphans: { \(orphans.json5) },
            \(indent)quietFor: "\(quietFor)",
            \(indent)trash: "\(trash)",
            \(indent)limits: \(limit),

            """
    }
}

extension OrphanSettings {
    fileprivate var json5: String {
        "age: \"\(age)\", sightings: \(sightings), apart: \"\(apart)\", taskOwned: \(taskOwned)"
    }
}

extension RuleSet {
    /// Every rule by its key, `null` where it is off.
    fileprivate var json5: String {
        let labels = keepLabelled.sorted { $0.key < $1.key }
            .map { "\($0.key.literal): \"\($0.value)\"" }
        var rules = [
            "keepLast: \(keepLast.map(String.init) ?? "null")",
            "keepWithin: \(keepWithin.map { "\"\($0)\"" } ?? "null")",
            "keepLabelled: \(labels.isEmpty ? "null" : "{ \(labels.joined(separator: ", ")) }")",
        ]
        for period in CalendarPeriod.allCases {
            let limit =
                switch keepPerPeriod[period] {
                case nil: "null"
                case .within(let span): "\"\(span)\""
                case .periods(let count): "\(count)"
                }
            rules.append("\(period.key): \(limit)")
        }
        return "{ \(rules.joined(separator: ", ")) }"
    }
}
