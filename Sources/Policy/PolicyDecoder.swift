// SPDX-License-Identifier: Apache-2.0

import Foundation
import SnapshotModel

/// Reads a policy and checks it: either a sound policy or everything that is wrong, never a mix.
///
/// What is absent takes the built-in settings. `defaults` that speak of savepoints or of
/// checkpoints say everything about that kind: the built-in rules are not mixed in. A job's
/// `keep` lies over the defaults key by key, one rule a key (`keepLabelled` is one, whatever
/// labels it has), and `null` for a rule switches it off; `orphans` and `limits` are laid over
/// one another by their own keys.
public enum PolicyDecoder {
    /// Reads a policy.
    ///
    /// - Parameters:
    ///   - bytes: The file, JSON5 in UTF-8.
    ///   - source: The file as the operator named it, for messages and plans.
    /// - Returns: The policy, with every job's settings worked out.
    /// - Throws: `PolicyErrors` with every problem in the order of the file; where the file is
    ///   not JSON5, with that one alone.
    public static func decode(
        _ bytes: [UInt8],
        source: String
    ) throws(PolicyErrors) -> JanitorPolicy {
        var reading = PolicyReading(source: source)
        var policy: JanitorPolicy?
        do throws(JSON5Error) {
            let document = try JSON5Reader.document(of: bytes)
            let root = Field(key: "", path: "", node: document.root)
            for error in document.repeatedKeys {
                let path = root.path(ofKeyAt: error.position) ?? ""
                reading.report(error, path: path)
            }
            policy = reading.policy(root)
        } catch {
            reading.report(error, path: "")
        }
        guard let policy, reading.problems.isEmpty else {
            throw PolicyErrors(Array(reading.problems))
        }
        return policy
    }
}

extension PolicyReading {
    mutating func report(_ error: JSON5Error, path: String) {
        report(.syntax(error.reason), at: Place(position: error.position, path: path))
    }

    mutating func policy(_ field: Field) -> JanitorPolicy? {
        let known = [
            "timeZone", "aliases", "defaults", "jobs", "alsoRead", "protect", "stores", "notify",
            "metrics",
        ]
        guard let members = members(field, known: known, example: "{ jobs: [ … ] }") else {
            return nil
        }
        var zone: TimeZone?
        if let field = members["timeZone"] {
            zone = timeZone(field)
        } else {
            zone = .gmt
        }
        let aliases = members["aliases"].map { readAliases($0) } ?? []
        let defaults = members["defaults"].map { settings($0, layer: .defaults) } ?? SaidSettings()
        let drafts = members["jobs"].map { readJobs($0) } ?? []
        if members["jobs"] == nil { report(.shape(.noJobs), at: field.place) }
        reportSameNames(of: drafts)
        reportOverlaps(of: drafts, aliases: aliases)
        let jobs = drafts.map { job($0, over: defaults) }
        let alsoRead = members["alsoRead"].map { places($0, mayBeStore: true) } ?? []
        let protected = members["protect"].map { places($0, mayBeStore: false) } ?? []
        let stores = members["stores"].map { readStores($0) } ?? .builtIn
        let notify = members["notify"].map { readNotify($0) } ?? .nobody
        let metrics = members["metrics"].flatMap { readMetrics($0) }
        guard let zone else { return nil }
        return JanitorPolicy(
            source: source,
            timeZone: zone,
            aliases: aliases,
            jobs: jobs,
            alsoRead: alsoRead,
            protected: protected,
            stores: stores,
            notify: notify,
            metrics: metrics
        )
    }

    /// Works out a job's settings and reports rules that keep nothing.
    private mutating func job(_ draft: JobDraft, over defaults: SaidSettings) -> JobPolicy {
        let common = EffectiveRules.builtIn.replaced(by: defaults)
        let rules = common.overlaid(by: draft.keep)
        // Any root may hold snapshots of either kind: they are told apart by their metadata.
        for (kind, said) in [
            (SnapshotKind.savepoint, rules.savepoints), (.checkpoint, rules.checkpoints),
        ] {
            reportPointless(in: said)
            if said.isEmpty, let place = said.place { report(.rule(.noRules(kind)), at: place) }
        }
        let base = defaults.settings(over: .builtIn, common)
        return draft.job(draft.keep.settings(over: base, rules))
    }

    private mutating func reportSameNames(of drafts: [JobDraft]) {
        var seen: [String: Place] = [:]
        for case (let name, let place)? in drafts.map(\.name) {
            if let first = seen[name] {
                report(.entry(.sameName(name, otherPath: first.path)), at: place)
            } else {
                seen[name] = place
            }
        }
    }
}
