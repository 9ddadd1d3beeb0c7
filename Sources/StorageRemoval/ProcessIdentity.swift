// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
internal import Glibc
public import SnapshotModel

extension LockOwner {
    /// Describes this process as the owner of locks.
    ///
    /// - Parameters:
    ///   - command: The command that holds them.
    ///   - token: Random name of this holding; what a file may be called, without a dot in front.
    ///   - now: The moment from which they hold.
    ///   - nanoseconds: How long they hold unless renewed.
    /// - Returns: An owner that this machine can tell from all others as far as it knows itself.
    public static func current(
        command: String,
        token: String,
        now: Instant,
        lasting nanoseconds: Int64
    ) -> LockOwner {
        let process = getpid()
        return LockOwner(
            token: token,
            host: hostName(),
            boot: firstLine(of: "/proc/sys/kernel/random/boot_id"),
            process: process,
            processStart: ProcessStatus(of: process)?.start ?? 0,
            command: command,
            renewed: now,
            expires: now.advanced(byNanoseconds: nanoseconds),
            machine: firstLine(of: "/etc/machine-id"),
            processSpace: linkTarget("/proc/self/ns/pid")
        )
    }

    /// The same owner with a later expiry, to renew a lock with.
    ///
    /// - Parameters:
    ///   - now: The moment of the renewal.
    ///   - nanoseconds: How long it holds from then on.
    ///   - childGroup: The process group that is at work for the owner, if any.
    /// - Returns: What is to be handed to `renew`.
    public func renewed(
        at now: Instant,
        lasting nanoseconds: Int64,
        childGroup: ProcessGroup? = nil
    ) -> LockOwner {
        LockOwner(
            token: token,
            host: host,
            boot: boot,
            process: process,
            processStart: processStart,
            command: command,
            renewed: now,
            expires: now.advanced(byNanoseconds: nanoseconds),
            machine: machine,
            processSpace: processSpace,
            childGroup: childGroup
        )
    }

    /// Tells whether a lock of this owner is free to be taken over.
    ///
    /// Where the owner's process can be looked for, only its being gone counts, whatever the expiry
    /// says: a process that was stopped may go on. From anywhere else the expiry counts, and with it
    /// what two clocks may differ by. A machine that was started anew is no proof: containers on two
    /// machines may have one name and one `machine-id`. Where no boot id can be read no process can be
    /// looked for.
    ///
    /// - Parameter other: Who wants to take it, and when.
    /// - Returns: True where the owner is surely gone, or cannot be seen and is over its time.
    public func isOver(seenBy other: LockOwner) -> Bool {
        if sharesProcesses(with: other) { return !isRunning && !children.areRunning }
        return free < other.renewed
    }

    /// From when on somebody who cannot see the owner's process may take the lock.
    ///
    /// A run puts up with five minutes between its clock and the store's, so two of them may be ten
    /// minutes apart.
    public var free: Instant { expires.advanced(byNanoseconds: 600_000_000_000) }

    /// Whether another process sees those of this owner.
    private func sharesProcesses(with other: LockOwner) -> Bool {
        host == other.host && machine == other.machine && boot == other.boot && !boot.isEmpty
            && processSpace == other.processSpace && process > 0
    }

    /// Ends what an owner left running that was killed on this machine.
    ///
    /// - Parameter other: Who wants its lock.
    /// - Returns: Whether it was gone, had left children, and these are gone now too.
    public func endAbandonedChildren(seenBy other: LockOwner) -> Bool {
        guard sharesProcesses(with: other), !isRunning, children.areRunning else { return false }
        return children.end()
    }

    private var children: AbandonedChildren {
        AbandonedChildren(of: process, startedAt: processStart, group: childGroup)
    }

    private var isRunning: Bool {
        if kill(process, 0) != 0, errno == ESRCH { return false }
        guard let status = ProcessStatus(of: process) else { return true }
        return status.start == processStart && !status.hasEnded
    }
}

private func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return text(buffer.prefix { $0 != 0 })
}

private func firstLine(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { _ = close(file) }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = read(file, &buffer, buffer.count)
    return text(buffer.prefix(max(0, count)).prefix { $0 != 0x0A })
}

private func linkTarget(_ path: String) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink(path, &buffer, buffer.count)
    return text(buffer.prefix(max(0, count)))
}

private func text(_ bytes: some Sequence<CChar>) -> String {
    String(decoding: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
