// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import Testing

/// A site, and what an undisturbed run made of its like.
struct Rehearsal {
    let site: FaultSite
    let laws: FaultLaws
    private let calls: [String]

    init(_ way: FaultSite.Way) throws {
        let calm = try FaultSite(way)
        let end = try calm.run(["run"])
        try #require(end.code == 0, "\(end.text)")
        calls = try calm.calls()
        site = try FaultSite(way)
        laws = try FaultLaws(
            site,
            expected: FaultLaws.expected(from: try calm.snapshot())
        )
    }

    /// The position of the first call that takes something from the tree.
    func firstRemoval() throws -> Int {
        let writes = calls.enumerated().filter { $0.element == "fdatasync" }
        // The journal's first line begins the run, its second one the first step.
        return try #require(writes.dropFirst().first).offset + 2
    }
}
