// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// The signals that end a run after the step in hand.
enum StopSignals {
    private static let last = Atomic<Int32>(0)

    /// From now on notes signals instead of dying of them.
    static func watch() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { StopSignals.last.store($0, ordering: .relaxed) }
        }
    }

    /// The signal that came; nil while none did.
    static func received() -> Int32? {
        let number = last.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}
