// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Synchronization

/// A clock of a test's own: it stands, or an hour passes whenever anybody looks.
final class LeapingClock: Sendable {
    private struct State {
        var now = Duration.zero
        var isLeaping = false
    }

    private let state = Mutex(State())

    /// What a runner is given.
    var clock: MonotonicClock {
        MonotonicClock { [self] in
            state.withLock { state in
                if state.isLeaping { state.now += .seconds(3600) }
                return state.now
            }
        }
    }

    /// Lets an hour pass once.
    func advance() { state.withLock { $0.now += .seconds(3600) } }

    /// Lets an hour pass at every look from now on.
    func leap() { state.withLock { $0.isLeaping = true } }
}

/// Something that is set once.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
