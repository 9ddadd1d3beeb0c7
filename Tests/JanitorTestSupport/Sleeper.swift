// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
internal import Foundation
internal import Glibc
internal import SnapshotModel
internal import Synchronization

/// A child that does nothing, ended with this value at the latest.
public final class Sleeper: Sendable {
    /// The group that it leads.
    public let group: ProcessGroup
    private let end: Flag

    /// Starts it.
    public init() throws {
        let end = Flag()
        let box = Box()
        let runner = ProcessRunner(clock: .system, isCancelled: { end.isSet })
        let call = CommandInvocation(
            Program(path: "/bin/sleep"),
            ["300"],
            environment: CommandEnvironment(passing: [ObjectName]())
        )
        Thread.detachNewThread {
            _ = try? runner.run(
                call,
                onStart: { group in
                    box.put(group)
                    return .goOn
                },
                receive: { _ in .goOn }
            )
            box.put(nil)
        }
        self.end = end
        guard let group = box.take() else { throw TestSystemError("start a child", EAGAIN) }
        self.group = group
    }

    deinit { end.set() }

    /// Whether it is still there.
    public var isRunning: Bool {
        ProcessStatus(of: group.id).map { $0.start == group.start && !$0.hasEnded } ?? false
    }
}

/// Hands the first value from one thread to another.
private final class Box: Sendable {
    private let value = Mutex<ProcessGroup??>(nil)
    private let isThere = DispatchSemaphore(value: 0)

    func put(_ group: ProcessGroup?) {
        value.withLock { if $0 == nil { $0 = .some(group) } }
        isThere.signal()
    }

    func take() -> ProcessGroup? {
        isThere.wait()
        return value.withLock { $0 ?? nil }
    }
}

private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
