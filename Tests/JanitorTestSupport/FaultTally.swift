// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts faults as they are tried, each by a test case of its own, and prints how many there were when
/// the last one was: a case that throws is none, and leaves the line out.
public final class FaultTally: Sendable {
    private let name: String
    private let total: Int
    private let planned: Int
    private let tried = Mutex<Int>(0)

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - name: What they are, for the line that is printed.
    ///   - total: How many there are.
    ///   - planned: How many of them are to be tried.
    public init(_ name: String, of total: Int, planned: Int) {
        self.name = name
        self.total = total
        self.planned = planned
    }

    /// Counts one that was tried to its end.
    public func add() {
        let count = tried.withLock { tried in
            tried += 1
            return tried
        }
        if count == planned { print("faults tried: \(name): \(count) of \(total)") }
    }
}
