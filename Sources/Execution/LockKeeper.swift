// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel
internal import Storage
internal import StorageRemoval
internal import Synchronization

/// Renews locks while a command works, from a thread of its own: a listing or a step may take
/// longer than a lock holds.
final class LockKeeper: Sendable {
    private struct State: Sendable {
        var owner: LockOwner
        var lost: LockError?
    }

    private let roots: [StorageURL]
    private let locker: any RootLocker
    private let state: Mutex<State>
    private let isOver = DispatchSemaphore(value: 0)

    /// Begins to keep locks that were just taken.
    ///
    /// - Parameters:
    ///   - roots: Where they are.
    ///   - owner: Who holds them.
    ///   - locker: Renews them.
    ///   - pace: How often it is looked whether they have to be renewed.
    ///   - clock: The time.
    init(
        roots: [StorageURL],
        owner: LockOwner,
        locker: any RootLocker,
        pace: DispatchTimeInterval = .seconds(60),
        clock: @escaping @Sendable () -> Instant
    ) {
        self.roots = roots
        self.locker = locker
        state = Mutex(State(owner: owner))
        Thread.detachNewThread { [self] in
            while isOver.wait(timeout: .now() + pace) == .timedOut {
                // What fails for now is tried again; what is lost is told before the next step.
                _ = try? renewWhenDue(now: clock())
            }
        }
    }

    /// Who holds the locks, as last renewed.
    var owner: LockOwner { state.withLock { $0.owner } }

    /// Makes sure that all locks are still held, and renews them when half their life is over.
    ///
    /// - Throws: `LockError` where one is not.
    func keep(now: Instant) throws(LockError) {
        if try renewWhenDue(now: now) { return }
        let owner = owner
        try locker.confirm(roots, owner: owner)
    }

    /// Ends the thread.
    ///
    /// - Returns: Who held the locks at last.
    func end() -> LockOwner {
        isOver.signal()
        return owner
    }

    /// Renews all locks when half their life is over; a clock that was set back does not count.
    ///
    /// - Returns: Whether they were renewed.
    @discardableResult
    private func renewWhenDue(now: Instant) throws(LockError) -> Bool {
        let result: Result<Bool, LockError> = state.withLock { state in
            if let lost = state.lost { return .failure(lost) }
            let age = now.nanoseconds(since: state.owner.renewed)
            let lifetime = state.owner.lifetime
            guard age.magnitude > UInt64(lifetime / 2) else { return .success(false) }
            let next = state.owner.renewed(at: now, lasting: lifetime)
            do throws(LockError) {
                try locker.renew(roots, owner: next)
            } catch {
                if case .lost = error { state.lost = error }
                return .failure(error)
            }
            state.owner = next
            return .success(true)
        }
        return try result.get()
    }
}

extension LockOwner {
    /// How long a lock of this owner holds unless it is renewed, in nanoseconds.
    var lifetime: Int64 { max(0, expires.nanoseconds(since: renewed)) }
}
