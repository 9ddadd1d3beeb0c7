// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import SnapshotModel
internal import Storage

/// One child from its start to its being reaped.
///
/// It is not reaped before the call is over: as long as it waits, its number, which is its group's
/// too, cannot become anybody else's, and a signal to the group reaches nobody else.
struct ChildProcess: ~Copyable {
    /// What became of the attempt to execute the program.
    enum Execution {
        case pending
        case done
        case failed(step: Int32, error: Int32)
    }

    let group: ProcessGroup
    /// Becomes readable when the child ends; nil where the kernel has no such thing.
    let end: Descriptor?
    /// Becomes readable when the child has executed the program, or could not.
    private(set) var report: Descriptor?
    private var gate: Descriptor?
    private var strings: ArgumentBlock?

    /// Starts a child that waits for `release` before it does anything.
    ///
    /// - Throws: `CommandError` with reason `system` where there is none.
    init(
        _ invocation: CommandInvocation,
        input: borrowing Descriptor,
        output: borrowing Descriptor,
        error: borrowing Descriptor
    ) throws(CommandError) {
        let command = invocation.program.name
        let gate = try Pipe(for: command)
        let report = try Pipe(for: command)
        let strings = ArgumentBlock(invocation)
        var child = janitor_held_child(
            path: strings.path,
            arguments: strings.words,
            environment: strings.variables,
            directory: strings.directory,
            input: input.number,
            output: output.number,
            error: error.number
        )
        let failure = janitor_start_held(&child, gate.reading.number, report.writing.number)
        // Whoever ends the child before it is held, ends this pipe with it.
        _ = consume report.writing
        guard failure == 0 else { throw Self.refused(command, failure) }
        let process = Self.integer(from: report.reading) ?? -EIO
        // Never anything that would make a signal to the group one to everybody.
        guard process > 1 else { throw Self.refused(command, process < 0 ? -process : EIO) }
        let step = Self.integer(from: report.reading)
        guard step == Int32(JANITOR_STEP_HELD.rawValue) else {
            let number = Self.integer(from: report.reading) ?? EIO
            Self.reap(process)
            throw Self.refused(command, number)
        }
        // Its own ends stay with the child alone: what it leaves then comes to an end here.
        self.gate = consume gate.writing
        self.report = consume report.reading
        self.strings = strings
        let status = ProcessStatus(of: process)
        group = ProcessGroup(id: process, start: status?.start ?? 0)
        let handle = janitor_open_process(process)
        end = handle < 0 ? nil : Descriptor(owning: handle)
    }

    private static func refused(_ command: ObjectName, _ number: Int32) -> CommandError {
        CommandError(
            .system,
            command: command,
            detail: "no process can be started: \(systemMessage(number))"
        )
    }

    private static func integer(from descriptor: borrowing Descriptor) -> Int32? {
        var value: Int32 = 0
        let size = MemoryLayout<Int32>.size
        while true {
            let count = read(descriptor.number, &value, size)
            if count == size { return value }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    private static func reap(_ process: Int32) {
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    /// Lets the child execute the program.
    mutating func release() {
        guard let gate = gate.take() else { return }
        // It cannot fail but by the child's death, which is seen as such.
        _ = janitor_write_quietly(gate.number, [1], 1)
    }

    /// Ends a child that was not released; it has done nothing.
    mutating func abandon() {
        _ = gate.take()
    }

    /// Reads what became of the execution, once `report` is readable.
    mutating func execution() -> Execution {
        guard let report = report.take() else { return .done }
        let step = Self.integer(from: report)
        let error = step == nil ? nil : Self.integer(from: report)
        strings = nil
        guard let step, let error else { return .done }
        return .failed(step: step, error: error)
    }

    /// A failed look at a child.
    struct SystemFailure: Error {
        let number: Int32
    }

    /// How the child ended by itself or by a signal; nil while it runs.
    ///
    /// A failure means that somebody else reaped it, or that `SIGCHLD` is ignored.
    func ending() -> Result<CommandEnding, SystemFailure>? {
        var code: Int32 = 0
        var number: Int32 = 0
        switch janitor_peek_end(group.id, &code, &number) {
        case 0: return nil
        case 1: return .success(number == 0 ? .exited(code) : .signalled(number))
        default: return .failure(SystemFailure(number: errno))
        }
    }

    /// Sends a signal to the child and all of its group.
    func signal(_ number: Int32) {
        _ = kill(-group.id, number)
    }

    /// Takes the end of a child that has ended, and waits for the rest of its group to vanish.
    ///
    /// The rest was killed; whoever looks at a store next must not meet its last work there.
    consuming func reap() {
        Self.reap(group.id)
        for round in 0..<500 {
            // From now on the number may be somebody else's: it is only asked about.
            guard kill(-group.id, 0) == 0 else { return }
            if round > 10, !ProcessTable.isRunning(group: group.id) { return }
            pause(milliseconds: 2)
        }
    }

    /// Leaves a child that cannot be ended to a thread that waits for it.
    consuming func leave() {
        // What it may still execute from has to stay.
        if let strings { _ = Unmanaged.passRetained(strings) }
        let process = group.id
        detachThread { Self.reap(process) }
    }
}
