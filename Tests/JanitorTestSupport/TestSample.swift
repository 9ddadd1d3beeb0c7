// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A sample of what takes long against real services; everything if `JANITOR_TEST_ALL` is set.
///
/// It is told by a seed that is printed and may be given in `JANITOR_TEST_SEED`. What is printed says
/// what was chosen, not what came of it: whoever tries faults counts those himself.
public enum TestSample {
    private static let environment = ProcessInfo.processInfo.environment

    /// Chooses.
    ///
    /// - Parameters:
    ///   - all: What there is.
    ///   - count: How much is chosen.
    ///   - name: What it is, for the line that is printed.
    /// - Returns: What is chosen.
    public static func of<Element>(_ all: [Element], count: Int, name: String) -> [Element] {
        if environment["JANITOR_TEST_ALL"] != nil || all.count <= count {
            // Of nothing, as without a service, there is nothing to be said.
            if !all.isEmpty { print("sample: \(name): all of \(all.count)") }
            return all
        }
        let given = environment["JANITOR_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...999_999)
        var generator = SeededGenerator(seed: seed)
        let chosen = Array(all.shuffled(using: &generator).prefix(count))
        print("sample: \(name): \(chosen.count) of \(all.count), seed \(seed)")
        return chosen
    }
}
