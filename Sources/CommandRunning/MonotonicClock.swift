// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads the time that passes, whatever the calendar's clock is set to.
public struct MonotonicClock: Sendable {
    private let read: @Sendable () -> Duration

    /// Makes a clock.
    ///
    /// - Parameter read: Gives the time since any fixed moment; never goes back.
    public init(_ read: @escaping @Sendable () -> Duration) {
        self.read = read
    }

    /// The machine's own, handed in by whoever wires the program.
    public static let system = MonotonicClock {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The time since a fixed moment.
    public var now: Duration { read() }
}

extension Duration {
    /// Whole milliseconds, rounded up, as system calls want them.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let millisecond: Int64 = 1_000_000_000_000_000
        let fraction = (attoseconds + millisecond - 1) / millisecond
        // A day is as long as anybody waits in one go.
        return Int32(clamping: min(max(0, seconds), 86_400) * 1000 + fraction)
    }
}
