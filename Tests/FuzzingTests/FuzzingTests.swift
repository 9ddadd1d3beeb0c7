// SPDX-License-Identifier: Apache-2.0

import Foundation
import FuzzSubjects
import JanitorTestSupport
import Testing

/// Readers of what others wrote: damaged inputs give a result or an error, and all laws hold.
///
/// A sample; `Tests/run fuzz` goes on for as long as it is told to.
@Suite struct FuzzingTests {
    private static let names = FuzzSubjects.all.map { $0.name }

    /// What was found once stays found.
    @Test(arguments: names) func `holds what it once broke`(name: String) throws {
        let type = try #require(FuzzSubjects.named(name))
        var subject = try type.init()
        let seeds = try type.seeds()
        try #require(!seeds.isEmpty)
        for seed in seeds { #expect(subject.brokenLaw(of: seed) == nil) }
        for fixture in FuzzCorpus.fixtures(of: name) {
            #expect(subject.brokenLaw(of: fixture.bytes) == nil, "\(fixture.name)")
        }
    }

    @Test func `there are things that were found`() {
        let fixtures = Self.names.flatMap { FuzzCorpus.fixtures(of: $0) }
        #expect(!fixtures.isEmpty)
    }

    /// In a process of its own: a trap ends it, and an input that takes too much memory too.
    @Test func `gives a result or an error for damaged inputs`() throws {
        let given = ProcessInfo.processInfo.environment["JANITOR_TEST_SEED"]
        let seed = given.flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
        let directory = try TemporaryDirectory()
        let progress = "\(directory.path)/progress"
        let end = try BuiltProgram(insteadOfOurs: "\(BuiltProgram.builtFolder)/random-fuzzer").run(
            ["--seed", "\(seed)", "--inputs", "400"],
            environment: [
                "JANITOR_FUZZ_PROGRESS": progress, "SWIFT_BACKTRACE": "enable=no",
            ]
        )
        let last = (try? String(contentsOfFile: progress, encoding: .utf8)) ?? ""
        #expect(end.code == 0, "seed \(seed), last input: \(last)\n\(end.text)")
        for name in Self.names {
            #expect(end.text.contains("inputs tried: \(name): 400, seed \(seed)"), "\(name)")
        }
        print("faults tried: damaged inputs: \(400 * Self.names.count), seed \(seed)")
    }
}
