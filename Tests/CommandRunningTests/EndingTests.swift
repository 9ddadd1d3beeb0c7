// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Glibc
import JanitorTestSupport
import SnapshotModel
import Testing

/// How calls end, by themselves and otherwise.
struct EndingTests {
    /// Limits that are reached only by what holds the output of a child that has ended.
    private let short = CommandLimits(
        total: .seconds(60),
        grace: .milliseconds(300),
        linger: .milliseconds(200)
    )

    /// Runs a script whose idle limit is over as soon as it has said something.
    private func collectUntilReady(_ script: String) throws -> CollectedOutput {
        let clock = LeapingClock()
        let runner = ProcessRunner(clock: clock.clock)
        let limits = CommandLimits(total: nil, idle: .seconds(60), grace: .milliseconds(300))
        var bytes: [UInt8] = []
        let result = try runner.run(Shell.call(script, limits: limits)) { chunk in
            chunk.withUnsafeBufferPointer { bytes += $0 }
            clock.leap()
            return .goOn
        }
        #expect(result.ending == .stopped(.idle(.seconds(60))))
        return CollectedOutput(bytes: bytes, result: result)
    }

    /// The process ids in output, one a line.
    private func processes(in output: CollectedOutput) -> [Int32] {
        String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").compactMap {
            Int32($0)
        }
    }

    private func isRunning(_ process: Int32) -> Bool {
        ProcessStatus(of: process).map { !$0.hasEnded } ?? false
    }

    @Test func `a descendant that holds the output is ended, and the output is not whole`() throws {
        let output = try Shell.collect("sleep 300 & echo $!; exit 0", limits: short)
        #expect(output.result.ending == .stopped(.heldOpen))
        #expect(!output.result.succeeded)
        let descendant = try #require(processes(in: output).first)
        #expect(!isRunning(descendant))
    }

    @Test func `a descendant in the background is ended with the call`() throws {
        let output = try Shell.collect("sleep 300 >/dev/null 2>&1 & echo $!; exit 3", limits: short)
        #expect(output.result.ending == .exited(3))
        let descendant = try #require(processes(in: output).first)
        #expect(!isRunning(descendant))
    }

    // Now and then a look falls into the moment in which it becomes another program.
    @Test(arguments: 0..<10)
    func `a descendant in a session of its own is ended with a call that is stopped`(
        attempt: Int
    ) throws {
        let script = "setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 300' & wait"
        let output = try collectUntilReady(script)
        let descendant = try #require(processes(in: output).first)
        #expect(!isRunning(descendant))
    }

    @Test func `a child that closes its output and runs on is ended by a limit`() throws {
        let output = try collectUntilReady("echo $$; exec >&- 2>&-; exec sleep 300")
        let child = try #require(processes(in: output).first)
        #expect(!isRunning(child))
    }

    @Test func `a child that was stopped is ended by a limit`() throws {
        let output = try collectUntilReady("echo $$; kill -STOP $$; exec sleep 300")
        let child = try #require(processes(in: output).first)
        #expect(!isRunning(child))
    }

    @Test func `a child that writes half a line and is killed is told from one that ended`() throws
    {
        let output = try Shell.collect("printf 'one\\nhalf'; kill -KILL $$")
        #expect(output.bytes == Array("one\nhalf".utf8))
        #expect(output.result.ending == .signalled(SIGKILL))
    }

    @Test func `a child that exits before it reads its input harms nobody`() throws {
        let bytes = [UInt8](repeating: 7, count: 1_000_000)
        let output = try Shell.collect("exit 5", input: .bytes(bytes))
        #expect(output.result.ending == .exited(5))
        #expect(output.result.inputLeft > 0)
    }

    @Test func `a child that closes its input may go on`() throws {
        let bytes = [UInt8](repeating: 7, count: 1_000_000)
        let output = try Shell.collect("exec <&-; sleep 0.2; echo done", input: .bytes(bytes))
        #expect(output.bytes == Array("done\n".utf8))
        #expect(output.result.succeeded)
    }

    @Test func `signs of life put the idle limit off`() throws {
        let clock = LeapingClock()
        let runner = ProcessRunner(clock: clock.clock)
        let limits = CommandLimits(total: nil, idle: .seconds(5400))
        let result = try runner.run(
            Shell.call("for i in 1 2 3 4; do echo; sleep 0.1; done", limits: limits)
        ) { _ in
            clock.advance()
            return .goOn
        }
        #expect(result.succeeded)
    }

    @Test func `a caller that wants no more ends the child`() throws {
        var seen = 0
        let result = try Shell.runner.run(Shell.call("yes")) { chunk in
            seen += chunk.count
            return seen > 1_000_000 ? .stop : .goOn
        }
        #expect(result.ending == .stopped(.caller))
        #expect(result.outputBytes == seen)
    }

    @Test func `more output than is kept ends the child`() throws {
        let output = try Shell.runner.collect(Shell.call("yes"), limit: 1000)
        #expect(output.bytes.count == 1000)
        #expect(output.result.ending == .stopped(.caller))
    }

    @Test func `a cancellation ends what can be cancelled and waits for the rest`() throws {
        let flag = Flag()
        let runner = ProcessRunner(clock: .system, isCancelled: { flag.isSet })
        var call = Shell.call("echo ready; sleep 0.5; echo done")
        let cancelled = try runner.run(call) { _ in
            flag.set()
            return .goOn
        }
        #expect(cancelled.ending == .stopped(.cancelled))
        call.isCancellable = false
        #expect(try runner.collect(call).bytes == Array("ready\ndone\n".utf8))
    }

    @Test func `limits go by the clock that is given`() throws {
        let clock = LeapingClock()
        let runner = ProcessRunner(clock: clock.clock)
        let limits = CommandLimits(total: .seconds(3600), grace: .milliseconds(300))
        let result = try runner.run(Shell.call("echo; exec sleep 300", limits: limits)) { _ in
            clock.leap()
            return .goOn
        }
        #expect(result.ending == .stopped(.total(.seconds(3600))))
    }

    @Test func `a caller that is slow after the end of the child gets all the same`() throws {
        let clock = LeapingClock()
        let runner = ProcessRunner(clock: clock.clock)
        let limits = CommandLimits(total: .seconds(36_000), linger: .seconds(1))
        var count = 0
        let call = Shell.call("head -c 200000 /dev/zero", limits: limits)
        let result = try runner.run(call) { chunk in
            // By now the child has ended, or will have; an hour passes with each chunk.
            clock.advance()
            usleep(20_000)
            count += chunk.count
            return .goOn
        }
        #expect(result.succeeded)
        #expect(count == 200_000)
    }

    @Test func `a descendant that goes on printing does not hold a call for ever`() throws {
        let output = try Shell.runner.run(Shell.call("yes & exit 0")) { _ in .goOn }
        #expect(output.ending == .stopped(.heldOpen))
    }

    @Test func `streams of both kinds are drained at once`() throws {
        let script = """
            head -c 300000 /dev/zero | tr '\\0' e >&2
            head -c 300000 /dev/zero | tr '\\0' o
            head -c 300000 /dev/zero | tr '\\0' E >&2
            """
        let output = try Shell.collect(script)
        #expect(output.bytes == [UInt8](repeating: UInt8(ascii: "o"), count: 300_000))
        let errors = output.result.errorOutput
        #expect(errors.total == 600_000)
        #expect(errors.first == [UInt8](repeating: UInt8(ascii: "e"), count: 16_384))
        #expect(errors.last == [UInt8](repeating: UInt8(ascii: "E"), count: 16_384))
        #expect(errors.leftOut == 600_000 - 32_768)
    }

    @Test func `a gibibyte passes through`() throws {
        var count = 0
        var longest = 0
        let result = try Shell.runner.run(Shell.call("head -c 1073741824 /dev/zero")) { chunk in
            count += chunk.count
            longest = max(longest, chunk.count)
            return .goOn
        }
        #expect(result.succeeded)
        #expect(count == 1_073_741_824)
        #expect(longest <= 1_048_576)
    }
}
