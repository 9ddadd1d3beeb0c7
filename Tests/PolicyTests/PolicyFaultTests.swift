// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import Policy
import Testing

/// No input traps, and damage never goes unnoticed as an empty list of problems.
struct PolicyFaultTests {
    @Test func `survives every truncation of every policy`() throws {
        for name in try ShippedPolicies.names() {
            let bytes = try ShippedPolicies.bytes(name)
            let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
            for length in 0..<bytes.count {
                let policy = attempt(Array(bytes[..<length]))
                // Up to the last brace the rest is missing, and a rest of a policy is none.
                #expect(policy == nil || length > end, "\(name) cut at \(length)")
            }
        }
    }

    @Test(arguments: ["guide.json5", "development.json5", "compliance.json5"])
    func `survives a change of every single byte`(_ name: String) throws {
        var generator = SeededGenerator(seed: 1)
        let bytes = try ShippedPolicies.bytes(name)
        let telling = Array("\"'\\{}[],:/*0-\0\n".utf8) + [0x80, 0xFF]
        for index in bytes.indices {
            var changed = bytes
            changed[index] = telling.randomElement(using: &generator) ?? 0
            if changed[index] == bytes[index] { changed[index] ^= 1 }
            _ = attempt(changed)
        }
    }

    @Test(arguments: UInt64(0)..<200) func `survives any bytes`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]:,'\"\\/*\n ab01.+-eExXuNI\u{FEFF}ü".utf8)
        let bytes = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
            Int.random(in: 0..<20, using: &generator) == 0
                ? UInt8.random(in: 0...255, using: &generator)
                : alphabet.randomElement(using: &generator) ?? 0
        }
        #expect(attempt(bytes) == nil, "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<200) func `survives policies shuffled word by word`(_ seed: UInt64)
        throws
    {
        var generator = SeededGenerator(seed: seed)
        let names = try ShippedPolicies.names()
        let bytes = try ShippedPolicies.bytes(names[Int(seed) % names.count])
        var words = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n").filter { !$0.contains("//") }.joined(separator: " ")
            .split(separator: " ").map(String.init)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let other = Int.random(in: words.indices, using: &generator)
            words.swapAt(Int.random(in: words.indices, using: &generator), other)
        }
        _ = attempt(Array(words.joined(separator: " ").utf8))
    }

    /// The policy, or nil where problems are told.
    private func attempt(_ bytes: [UInt8]) -> JanitorPolicy? {
        do throws(PolicyErrors) {
            return try PolicyDecoder.decode(bytes, source: "p")
        } catch {
            #expect(!error.problems.isEmpty)
            #expect(error.problems == error.problems.sorted())
            #expect(error.problems.allSatisfy { $0.description.contains("cannot ") })
            return nil
        }
    }
}
