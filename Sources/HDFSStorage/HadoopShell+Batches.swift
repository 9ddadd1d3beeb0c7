// SPDX-License-Identifier: Apache-2.0

package import CommandRunning
package import SnapshotModel

extension HadoopShell {
    /// The most paths that one call which changes something is given: so much may go wrong at once.
    package static let mostChanged = 1000
    /// The most paths that one call which only looks is given.
    package static let mostLooked = 20_000

    /// Cuts paths into as few calls as they fit into.
    ///
    /// - Parameters:
    ///   - paths: Arguments behind those of the call.
    ///   - invocation: The call without them.
    ///   - most: The most paths of one call.
    /// - Returns: Ranges of positions, in order; one path that is too long is alone.
    package static func batches(
        _ paths: [ObjectName],
        of invocation: CommandInvocation,
        most: Int = mostLooked
    ) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        while start < paths.count {
            let rest = paths[start..<min(paths.count, start + most)]
            let count = ArgumentBudget.system.count(of: rest, fitting: invocation)
            batches.append(start..<(start + max(1, count)))
            start += max(1, count)
        }
        return batches
    }
}
