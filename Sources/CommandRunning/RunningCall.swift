// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import Glibc
internal import SnapshotModel
internal import Storage

/// One call in the making: the child, its three streams, and when it has to end.
struct RunningCall: ~Copyable {
    /// How often the end of a child is looked for where the kernel cannot tell, and cancellation.
    private static let tick = Duration.milliseconds(100)
    private static let fastTick = Duration.milliseconds(10)
    /// How long a child may take to vanish after a signal that cannot be ignored.
    private static let patience = Duration.seconds(5)

    private enum Stage {
        case running
        /// Asked to end; killed after this moment.
        case asked(Duration)
        /// Killed; given up after this moment.
        case killed(Duration)
    }

    private let invocation: CommandInvocation
    private let clock: MonotonicClock
    private var child: ChildProcess
    private let strays: Strays
    private var input: WritingStream
    private var output: ReadingStream
    private var errors: ReadingStream
    private let buffer: ReadBuffer

    private var stage = Stage.running
    /// Strays that were killed and may not have ended yet: their ids, and when they started.
    private var killed: [Int32: UInt64] = [:]
    private var stop: StopReason?
    private var failure: CommandError?
    private var ending: CommandEnding?
    private var isLost = false
    private var times: CallTimes
    private var errorOutput: ErrorOutput
    private var outputBytes: Int64 = 0

    /// Starts a child that waits for `begin`.
    init(
        starting invocation: CommandInvocation,
        mark: CallMark,
        clock: MonotonicClock
    ) throws(CommandError) {
        let command = invocation.program.name
        let output = try Pipe(for: command)
        let errors = try Pipe(for: command)
        // As much as one pipe of an ordinary user may hold; a smaller one works as well.
        janitor_widen_pipe(output.writing.number, Int32(ReadBuffer.size))
        switch invocation.input {
        case .bytes(let bytes):
            let pipe = try Pipe(for: command)
            child = try ChildProcess(
                invocation,
                input: pipe.reading,
                output: output.writing,
                error: errors.writing
            )
            input = WritingStream(pipe.writing, bytes)
        case .nothing, .file:
            var path: ObjectName = "/dev/null"
            if case .file(let file) = invocation.input { path = file }
            child = try ChildProcess(
                invocation,
                input: openInput(invocation, path),
                output: output.writing,
                error: errors.writing
            )
            input = WritingStream(nil, [])
        }
        self.output = ReadingStream(output.reading)
        self.errors = ReadingStream(errors.reading)
        strays = Strays(group: child.group.id, mark: mark)
        self.invocation = invocation
        self.clock = clock
        buffer = ReadBuffer()
        errorOutput = ErrorOutput(limit: invocation.limits.errorBytes)
        times = CallTimes(invocation.limits, at: clock.now)
    }

    var group: ProcessGroup { child.group }

    /// Lets the child do its work, or end without having done anything.
    mutating func begin(_ flow: CommandFlow) {
        times = CallTimes(invocation.limits, at: clock.now)
        if flow == .goOn {
            child.release()
        } else {
            child.abandon()
            end(because: .caller, at: times.started)
        }
    }

    /// Waits for something to happen and deals with it.
    ///
    /// - Returns: Whether there is more to wait for.
    mutating func advance(
        isCancelled: () -> Bool,
        receive: (Span<UInt8>) -> CommandFlow
    ) -> Bool {
        if isOver { return false }
        let now = clock.now
        let timeout = (nextMoment(now) - now).milliseconds
        let execution = number(of: child.report)
        let exit = ending == nil ? number(of: child.end) : -1
        var waits = [
            output.wait, errors.wait, input.wait,
            pollfd(fd: execution, events: Int16(POLLIN), revents: 0),
            pollfd(fd: exit, events: Int16(POLLIN), revents: 0),
        ]
        if poll(&waits, nfds_t(waits.count), max(0, timeout)) < 0, errno != EINTR {
            fail("poll: \(systemMessage(errno))", at: now)
            pause(milliseconds: 10)
        }
        if waits[3].revents != 0 { noteExecution() }
        var isActive = false
        if waits[0].revents != 0 { isActive = takeOutput(receive) || isActive }
        if waits[1].revents != 0 { isActive = takeErrors() || isActive }
        if waits[2].revents != 0 { isActive = input.write() || isActive }
        // The time in which the caller worked on output is not the child's.
        if isActive { times.lastActivity = clock.now }
        if ending == nil { noteEnding() }
        if !isOver { enforce(clock.now, isSilent: !isActive, isCancelled: isCancelled) }
        return true
    }

    private var isOver: Bool {
        isLost || (ending != nil && !output.isOpen && !errors.isOpen)
    }

    /// Ends what is left of the group, reaps the child and says how it ended.
    ///
    /// - Throws: `CommandError` where the program was not executed, with reason `lost` where the
    ///   child cannot be ended or its end was taken by somebody else.
    consuming func finish() throws(CommandError) -> CommandResult {
        // Nothing is read but what an ended child left.
        if ending != nil { noteExecution() }
        let failure = failure
        if isLost {
            child.leave()
            throw failure ?? CommandError(.lost, command: "", detail: "")
        }
        // The child still waits to be reaped, so that the group's number is surely its own.
        child.signal(SIGKILL)
        if stop != nil { endStrays() }
        let duration = (times.ended ?? clock.now) - times.started
        let result = CommandResult(
            stop.map(CommandEnding.stopped) ?? ending ?? .signalled(SIGKILL),
            errorOutput: errorOutput,
            outputBytes: outputBytes,
            inputLeft: input.left,
            duration: duration
        )
        child.reap()
        if let failure { throw failure }
        return result
    }
}

// MARK: - Limits

extension RunningCall {
    /// Ends descendants that left the group; some may have forked while they were looked for.
    private func endStrays() {
        // On a busy machine half a second may pass between the signal and the end.
        var killed = killed
        for round in 0..<1000 {
            let look = strays.signal(SIGKILL)
            killed.merge(look.found) { _, later in later }
            // One that was killed gives its environment up a moment before it has ended.
            killed = killed.filter { process, start in
                ProcessStatus(of: process).map { $0.start == start && !$0.hasEnded } ?? false
            }
            // What shows no environment for so long is not being taken over by a program.
            if killed.isEmpty, !look.isUnclear || round >= 250 { return }
            pause(milliseconds: 2)
        }
    }

    /// The next moment at which something has to be looked at.
    private func nextMoment(_ now: Duration) -> Duration {
        var moments = [now + .seconds(60)]
        switch stage {
        case .asked(let moment), .killed(let moment): moments.append(moment)
        case .running:
            if let limit = times.nextLimit { moments.append(limit) }
            if invocation.isCancellable { moments.append(now + Self.tick) }
        }
        if ending == nil, child.end == nil { moments.append(now + Self.fastTick) }
        return moments.min() ?? now
    }

    /// Ends what is over its limits, and what did not end when it was asked to.
    private mutating func enforce(_ now: Duration, isSilent: Bool, isCancelled: () -> Bool) {
        switch stage {
        case .running:
            if let reason = times.excess(at: now, isSilent: isSilent) {
                end(because: reason, at: now)
            } else if ending == nil, invocation.isCancellable, isCancelled() {
                end(because: .cancelled, at: now)
            }
        case .asked(let moment):
            guard now >= moment else { return }
            child.signal(SIGKILL)
            killed = strays.signal(SIGKILL).found
            stage = .killed(now + Self.patience)
        case .killed(let moment):
            guard now >= moment else { return }
            // Nobody of the group can hold the streams any more; who left it may, for ever.
            output.close()
            errors.close()
            if ending == nil { lose("process \(group.id) cannot be ended") }
        }
    }

    private mutating func end(because reason: StopReason, at now: Duration) {
        guard case .running = stage else { return }
        stop = stop ?? reason
        input.close()
        child.signal(SIGTERM)
        // One that was stopped gets the first signal only when it goes on.
        child.signal(SIGCONT)
        _ = strays.signal(SIGTERM)
        stage = .asked(now + invocation.limits.grace)
    }

    private mutating func lose(_ detail: String) {
        isLost = true
        failure = CommandError(.lost, command: invocation.program.name, detail: detail)
    }

    private mutating func fail(_ detail: String, at now: Duration) {
        failure =
            failure ?? CommandError(.system, command: invocation.program.name, detail: detail)
        end(because: .caller, at: now)
    }
}

// MARK: - Streams

extension RunningCall {
    /// Reads output once and hands it on; what comes after a stop is thrown away.
    private mutating func takeOutput(_ receive: (Span<UInt8>) -> CommandFlow) -> Bool {
        switch output.read(into: buffer.bytes) {
        case .nothingYet, .end: return false
        case .failed(let number):
            fail("its output cannot be read: \(systemMessage(number))", at: clock.now)
            return false
        case .bytes(let count):
            if ending != nil { times.bytesSinceEnd += count }
            guard case .running = stage else { return true }
            outputBytes += Int64(count)
            if receive(buffer.chunk(count).span) == .stop { end(because: .caller, at: clock.now) }
            return true
        }
    }

    private mutating func takeErrors() -> Bool {
        switch errors.read(into: buffer.bytes) {
        case .nothingYet, .end: return false
        case .failed(let number):
            fail("its messages cannot be read: \(systemMessage(number))", at: clock.now)
            return false
        case .bytes(let count):
            if ending != nil { times.bytesSinceEnd += count }
            errorOutput.append(buffer.chunk(count).span)
            return true
        }
    }

    private mutating func noteEnding() {
        switch child.ending() {
        case .none: return
        case .some(.failure(let error)):
            lose("how it ended is not known: \(systemMessage(error.number))")
        case .some(.success(let ending)):
            self.ending = ending
            times.ended = clock.now
            input.close()
        }
    }

    private mutating func noteExecution() {
        guard case .failed(let step, let number) = child.execution() else { return }
        failure = failure ?? ExecutionFailure(step: step, number: number).error(for: invocation)
    }
}
