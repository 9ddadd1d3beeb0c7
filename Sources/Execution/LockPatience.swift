// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How long a command waits for locks that somebody else holds.
struct LockPatience {
    /// Not at all.
    static var none: LockPatience { LockPatience(nanoseconds: 0) { nil } }

    private var microsecondsLeft: Int64
    private var step: Int64 = 100_000
    /// A signal that asks for an end; nil while there is none.
    private let shouldStop: () -> Int32?

    /// Waits for so long in all, or until a signal asks for an end.
    init(nanoseconds: Int64, shouldStop: @escaping () -> Int32?) {
        microsecondsLeft = nanoseconds / 1000
        self.shouldStop = shouldStop
    }

    /// Waits for a while, longer from time to time: a try may cost a process.
    ///
    /// - Returns: False where it is time to give up.
    mutating func pause() -> Bool {
        guard microsecondsLeft > 0, shouldStop() == nil else { return false }
        let pause = min(step, microsecondsLeft)
        usleep(UInt32(pause))
        microsecondsLeft -= pause
        step = min(step * 3 / 2, 5_000_000)
        return shouldStop() == nil
    }
}
