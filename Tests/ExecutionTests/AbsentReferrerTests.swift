// SPDX-License-Identifier: Apache-2.0

import DemoTree
import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Testing

@testable import Execution

/// What references something is not found at its turn, and is back a moment later.
struct AbsentReferrerTests {
    private static func path(_ number: Int) -> String {
        "cp/0de55000000000000000000000000\(100 + number)/chk-\(number)"
    }

    /// Three checkpoints, the newest of which stays; the second needs a file of the first.
    private func shop() throws -> TrashWorkshop {
        try TrashWorkshop { tree, now in
            let file = SampleMetadata.File("\(Self.path(1))/\(tree.uuid())", 4)
            for number in 1...3 {
                let time = now.advanced(byNanoseconds: -Int64(90 - number) * TrashWorkshop.day)
                if number == 1 { try tree.write(file.path, [1, 2, 3, 4], at: time) }
                try tree.checkpoint(
                    Self.path(number),
                    id: Int64(number),
                    shared: number == 3 ? [] : [file],
                    size: 10,
                    at: time
                )
            }
        }
    }

    @Test(arguments: ["0d", "7d"])
    func `law 1: what is referenced waits while what references it was only not found`(
        trash: String
    ) throws {
        let shop = try shop()
        let before = try shop.snapshot()
        let blind = Refusing(reason: .notFound) { $0.place.path.last == "chk-2" }
        let report = try shop.run(shop.environment("aa", trash: trash, remover: blind))
        #expect(report.lines.contains { $0.error?.contains("did not go before it") == true })
        #expect(try before.differences(to: shop.snapshot()) == [])
        // A run that sees both takes both.
        _ = try shop.run(shop.environment("bb", trash: trash, minutes: 1))
        let left = try shop.snapshot().paths.filter { $0.components.last == "_metadata" }
        #expect(left.map(\.description) == ["\(Self.path(3))/_metadata"])
    }
}
