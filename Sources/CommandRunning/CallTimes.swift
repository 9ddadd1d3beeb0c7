// SPDX-License-Identifier: Apache-2.0

/// What has happened when in a call, and when it is over its limits.
struct CallTimes {
    /// More than any pipe can hold.
    private static let pipeBytes = 4 * 1_048_576

    let limits: CommandLimits
    /// When the child was let go.
    var started: Duration
    /// When the last byte came or went.
    var lastActivity: Duration
    /// When the child was seen to have ended.
    var ended: Duration?
    /// How much came after that.
    var bytesSinceEnd = 0

    init(_ limits: CommandLimits, at now: Duration) {
        self.limits = limits
        started = now
        lastActivity = now
    }

    /// When a limit is reached if nothing happens until then; nil where none will be.
    var nextLimit: Duration? {
        if let ended { return max(ended, lastActivity) + limits.linger }
        let moments = [
            limits.total.map { started + $0 }, limits.idle.map { lastActivity + $0 },
        ]
        return moments.compactMap(\.self).min()
    }

    /// Looks whether the call has to be ended.
    ///
    /// Silence counts only where nothing was to be read just now: this process may have been
    /// stopped, or the caller slow, for longer than the child was silent.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - isSilent: Whether nothing was to be read or written just now.
    /// - Returns: Why it has to be; nil while it may go on.
    func excess(at now: Duration, isSilent: Bool) -> StopReason? {
        if let ended {
            let isHeld = isSilent && now >= max(ended, lastActivity) + limits.linger
            // What no pipe can hold was not written by a child that has ended.
            return isHeld || bytesSinceEnd > Self.pipeBytes ? .heldOpen : nil
        }
        if let total = limits.total, now >= started + total { return .total(total) }
        if let idle = limits.idle, isSilent, now >= lastActivity + idle { return .idle(idle) }
        return nil
    }
}
