// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Policy
import SnapshotModel
import Testing

/// Printing and reading are inverse, and the fingerprint follows the meaning.
struct PolicyTextPropertyTests {
    @Test(arguments: UInt64(0)..<200) func `reads what it prints`(_ seed: UInt64) throws {
        var random = RandomPolicy(seed: seed)
        let policy = random.policy()
        let read = try PolicyDecoder.decode(Array(policy.json5.utf8), source: policy.source)
        #expect(read == policy, "seed \(seed)")
        #expect(read.fingerprint == policy.fingerprint, "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<200) func `fingerprints the meaning, not the order or the file`(
        _ seed: UInt64
    ) {
        var random = RandomPolicy(seed: seed)
        let policy = random.policy()
        var other = policy
        other.source = "elsewhere"
        other.jobs.shuffle(using: &random.generator)
        other.aliases.shuffle(using: &random.generator)
        other.alsoRead.shuffle(using: &random.generator)
        other.protected.shuffle(using: &random.generator)
        #expect(other.fingerprint == policy.fingerprint, "seed \(seed)")
        #expect(policy.fingerprint.utf8.count == 32)
    }

    @Test func `fingerprints every setting`() throws {
        let base = #"name: "a", savepoints: "/sp/a""#
        let policies = [
            jobs(base), jobs(base.replacing("/sp/a", with: "/sp/b")),
            jobs(base.replacing("\"a\"", with: "\"b\"")),
            jobs(base + #", checkpoints: "/cp""#), jobs(base + #", changelog: "/cp""#),
            jobs(base + ", attempts: { digits: ['1a2b3c'] }"),
            jobs(base + ", attempts: { names: ['1a2b3c'] }"),
            jobs(base + ", attempts: { jobIds: ['0123456789abcdef0123456789abcdef'] }"),
            jobs(base + #", flink: { rest: "http://x" }"#), jobs(base + ", keep: { limits: null }"),
            jobs(base + ", keep: { limits: { share: 0.4 } }"),
            jobs(base + ", keep: { limits: { count: 9 } }"),
            jobs(base + ", keep: { trash: '8d' }"), jobs(base + ", keep: { quietFor: '8d' }"),
            jobs(base + ", keep: { unfinished: '8d' }"),
            jobs(base + ", keep: { orphans: { age: '8d' } }"),
            jobs(base + ", keep: { orphans: { sightings: 3 } }"),
            jobs(base + ", keep: { orphans: { apart: '8d' } }"),
            jobs(base + ", keep: { orphans: { taskOwned: true } }"),
            jobs(base + ", keep: { savepoints: { keepLast: 4 } }"),
            jobs(base + ", keep: { checkpoints: { keepLast: 4 } }"),
            jobs(base + ", keep: { savepoints: { keepWithin: '8d' } }"),
            jobs(base + ", keep: { savepoints: { keepLabelled: { a: '8d' } } }"),
            jobs(base + ", keep: { savepoints: { keepMonthly: 12 } }"),
            jobs(base + ", keep: { savepoints: { keepMonthly: '12mo' } }"),
            beside("timeZone: 'Europe/Berlin'"), beside("aliases: { '/x': null }"),
            beside("aliases: { '/x': '/y' }"),
            beside("alsoRead: ['/x']"), beside("protect: ['/x']"),
        ]
        let prints = try policies.map { try decode($0).fingerprint }
        #expect(Set(prints).count == prints.count)
    }

    @Test func `keeps its fingerprints from version to version`() throws {
        #expect(
            try decode(jobs(#"name: "a", savepoints: "/sp/a""#)).fingerprint
                == "7bfac4e8ddad4a66c69b1b05cdcc47ab"
        )
    }
}

/// Makes sound policies: spans grow from rule to rule, so that none makes another pointless.
private struct RandomPolicy {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func policy() -> JanitorPolicy {
        let zones = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]
        return JanitorPolicy(
            source: "random.json5",
            timeZone: TimeZone(identifier: zones.randomElement(using: &generator) ?? "") ?? .gmt,
            aliases: (0..<number(0...3)).map { index in
                PathAlias(
                    written: place(scheme: "gs", "alias\(index)"),
                    actual: chance() ? nil : place(scheme: "viewfs", "there\(index)")
                )
            },
            jobs: (0..<number(1...4)).map { job($0) },
            alsoRead: (0..<number(0...2)).map { place(scheme: "s3a", "read\($0)") },
            protected: (0..<number(0...2)).map { place(scheme: "hdfs", "protect\($0)") },
            stores: chance() ? .builtIn : stores()
        )
    }

    private mutating func stores() -> StoreSettings {
        let hdfs = HDFSSettings(
            command: [name("hdfs")] + (0..<number(0...2)).map { "word \($0)" },
            options: (0..<number(0...2)).map { "-Dsome.thing=\($0)" },
            javaOptions: (0..<number(0...2)).map { "-Xmx\($0)m" },
            timeLimit: span(1...1440, .minutes)
        )
        return StoreSettings(hdfs: hdfs)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    private mutating func chance() -> Bool { Bool.random(using: &generator) }

    private mutating func span(_ range: ClosedRange<Int>, _ unit: RetentionDuration.Unit)
        -> RetentionDuration
    {
        RetentionDuration(number(range), unit)
    }

    /// A name with what has to be escaped somewhere.
    private mutating func name(_ text: String) -> String {
        let odd = ["", "", "ü", "'", "\"", "\\", " x", "%41", "$", "*", "\u{2028}", "😀", "[", ":"]
        return text + (odd.randomElement(using: &generator) ?? "") + "z"
    }

    private mutating func place(scheme: String, _ text: String) -> StorageURL {
        StorageURL(scheme: scheme, authority: "host", path: ObjectName("/" + name(text)))
    }

    private mutating func job(_ index: Int) -> JobPolicy {
        let isPattern = chance()
        let text = "job\(index)" + (isPattern ? "-{job}" : "")
        let root: (String) -> RootPattern = { kind in
            let base = StorageURL(
                scheme: "hdfs",
                authority: "nn:8020",
                path: ObjectName("/\(kind)\(index)")
            )
            guard isPattern else { return RootPattern(base: base) }
            return RootPattern(
                base: base,
                wildcard: RootPattern.Wildcard(
                    prefix: "p-",
                    suffix: "",
                    rest: index == 0 ? "" : "in/it"
                )
            )
        }
        let kinds = number(1...3)
        return JobPolicy(
            name: isPattern ? text : name(text).replacing("\u{2028}", with: ""),
            savepoints: kinds & 1 == 0 ? nil : root("sp"),
            checkpoints: kinds & 2 == 0 ? nil : root("cp"),
            changelog: chance() ? nil : root("ch"),
            attempts: isPattern || chance() ? nil : claims(),
            flink: chance() ? nil : flink(index),
            settings: settings()
        )
    }

    private mutating func flink(_ index: Int) -> FlinkSettings {
        var settings =
            chance()
            ? FlinkSettings(
                .rest("http://jm\(index):\(number(1...65_535))"),
                curlConfig: chance() ? "/etc/\(name("c"))" : nil
            )
            : FlinkSettings(.command(["/opt/flink", "a b"]), options: chance() ? ["-t", "x"] : [])
        if chance() { settings.job = "Job {job} \(index)" }
        if chance() { settings.timeLimit = span(1...9, .minutes) }
        if chance() { settings.waitLimit = span(1...9, .hours) }
        if case .rest = settings.access, chance() {
            settings.health.sinceLast = span(1...9, .hours)
            settings.health.growth = 0.75
        }
        return settings
    }

    private mutating func claims() -> AttemptClaims {
        var claims = AttemptClaims(digits: ["\(number(100_000...999_999))"])
        if chance() { claims.jobIDs = [String(repeating: "\(number(0...9))", count: 32)] }
        if chance() { claims.names = [EntryPattern(name("orders-*").replacing("[", with: ""))] }
        return claims
    }

    private mutating func settings() -> JobSettings {
        JobSettings(
            savepoints: rules(),
            checkpoints: rules(),
            unfinished: span(0...99, .hours),
            orphans: OrphanSettings(
                age: span(0...9, .weeks),
                sightings: number(1...9),
                apart: span(0...90, .minutes),
                taskOwned: chance()
            ),
            quietFor: span(0...9, .months),
            trash: span(0...9, .days),
            limits: chance()
                ? nil : RemovalLimits(share: Double(number(1...1000)) / 1000, count: number(0...99))
        )
    }

    private mutating func rules() -> RuleSet {
        var rules = RuleSet(keepLast: chance() ? number(1...99) : nil)
        if chance() { rules.keepWithin = span(1...5, .days) }
        for label in ["pre-deploy", "audit.9", "x_Y"] where chance() {
            rules.keepLabelled[label] = span(10...30, .days)
        }
        if chance() { rules.keepPerPeriod[.day] = limit(span(10...40, .days)) }
        if chance() { rules.keepPerPeriod[.week] = limit(span(8...20, .weeks)) }
        if chance() { rules.keepPerPeriod[.month] = limit(span(12...60, .months)) }
        if chance() || rules.isEmpty { rules.keepPerPeriod[.year] = limit(span(6...30, .years)) }
        return rules
    }

    private mutating func limit(_ span: RetentionDuration) -> PeriodLimit {
        chance() ? .within(span) : .periods(number(2...50))
    }
}
