// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Compares the clock with the store's and with the last run (law 10).
struct ClockCheck {
    private static let minute: Int64 = 60_000_000_000

    let now: Instant
    /// The time that the store gave the lock; nil where no lock was taken.
    let storeTime: Instant?
    /// When the last run began; nil where there was none.
    let lastRun: Instant?

    /// Why the clock is not believed; nil where it is.
    var doubt: String? { skew ?? setBack ?? longAgo }

    /// It is not the store's.
    var skew: String? {
        guard let storeTime, now.nanoseconds(since: storeTime).magnitude > UInt64(5 * Self.minute)
        else { return nil }
        return "the clock says \(now), and the store gave the lock the time \(storeTime): they are "
            + "more than 5 minutes apart"
    }

    /// It was set back.
    var setBack: String? {
        guard let lastRun, now < lastRun else { return nil }
        return "the clock says \(now), which is before the last run at \(lastRun)"
    }

    /// It may have been set forward, or nobody has looked for long.
    private var longAgo: String? {
        guard let lastRun, now.nanoseconds(since: lastRun) > 32 * 24 * 60 * Self.minute else {
            return nil
        }
        return "the last run was at \(lastRun), more than 32 days ago"
    }
}
