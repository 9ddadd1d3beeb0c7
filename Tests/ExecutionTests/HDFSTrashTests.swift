// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import Execution

/// What is promised of HDFS's own trash, whatever others do there meanwhile.
struct HDFSTrashTests {
    private let shop: HDFSWorkshop
    private var store: SimulatedHDFS { shop.store }

    init() throws {
        shop = try HDFSWorkshop()
    }

    // MARK: Emptying

    @Test func `emptying that was cut off goes on, and nothing is told to be gone until it is`()
        throws
    {
        let first = try shop.run("aa")
        #expect(shop.trash().count == 3)
        store.before { words in
            words.contains("-skipTrash") && words.contains("-r")
                ? .says("rm: Call From x to nn:8020 failed: Connection refused") : nil
        }
        let second = try shop.run("bb", minutes: 4)
        #expect(second.emptied.contains { !$0.isGone })
        #expect(try shop.fates(of: "sp/1") == [first.run: .inTrash])
        store.before(nil)
        let third = try shop.run("cc", minutes: 5)
        #expect(shop.trash() == [])
        #expect(try shop.fates(of: "sp/1") == [first.run: .emptied(by: third.run)])
    }
}
