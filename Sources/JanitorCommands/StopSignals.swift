// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// The signals that end a run after the step in hand.
enum StopSignals {
    private static let last = Atomic<Int32>(0)

    /// From now on notes signals instead of dying of them.
    ///
    /// Whoever started us may have blocked them for itself, which a child inherits: they are let
    /// through. A hangup that is ignored, as `nohup` does, stays ignored.
    static func watch() {
        var open = sigset_t()
        sigemptyset(&open)
        for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !isIgnored(number) {
            signal(number) { StopSignals.last.store($0, ordering: .relaxed) }
            sigaddset(&open, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &open, nil)
    }

    /// Source: signal(7); the handler `SIG_IGN` is the number 1.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// The signal that came; nil while none did.
    static func received() -> Int32? {
        let number = last.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}
