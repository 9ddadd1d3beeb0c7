// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Synchronization

/// A clock of a test's own: it stands until an hour passes at once, and goes from then on.
final class LeapingClock: Sendable {
    private struct State {
        var now = Duration.zero
        var isAboutToLeap = false
        var leapt: Duration?
    }

    private let state = Mutex(State())

    /// What a runner is given.
    var clock: MonotonicClock {
        MonotonicClock { [self] in
            state.withLock { state in
                guard let leapt = state.leapt else {
                    if state.isAboutToLeap { state.leapt = MonotonicClock.system.now }
                    return state.now
                }
                return state.now + .seconds(3600) + (MonotonicClock.system.now - leapt)
            }
        }
    }

    /// Lets an hour pass, and stands on.
    func advance() { state.withLock { $0.now += .seconds(3600) } }

    /// Lets an hour pass after the next look, in which a call takes note of what came last.
    func leap() { state.withLock { $0.isAboutToLeap = true } }
}

/// Something that is set once.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
