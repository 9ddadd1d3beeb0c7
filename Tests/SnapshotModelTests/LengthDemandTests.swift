// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

struct LengthDemandTests {
    @Test(
        arguments: [
            (.exactly(10), [10], [9, 11, 0, .max]),
            (.exactly(0), [0], [1]),
            (.atLeast(10), [10, 11, .max], [9, 0]),
            (.atLeast(0), [0, 1], []),
            (.exists, [0, 1, .max], []),
        ] as [(LengthDemand, [Int64], [Int64])]
    )
    func `is met by the lengths that it allows`(
        demand: LengthDemand,
        met: [Int64],
        unmet: [Int64]
    ) {
        #expect(!met.isEmpty)
        for length in met { #expect(demand.isMet(byLength: length), "\(demand) \(length)") }
        for length in unmet { #expect(!demand.isMet(byLength: length), "\(demand) \(length)") }
    }
}
