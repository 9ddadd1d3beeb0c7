// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import SnapshotModel
import Testing

struct ProcessRunnerTests {
    @Test func `gives output, messages and exit code`() throws {
        let output = try Shell.collect("printf 'one\\ntwo'; printf oops >&2; exit 7")
        #expect(output.bytes == Array("one\ntwo".utf8))
        #expect(output.result.ending == .exited(7))
        #expect(output.result.errorOutput.text == "oops")
        #expect(output.result.outputBytes == 7)
    }

    @Test func `hands arguments over byte by byte`() throws {
        let odd: [ObjectName] = ["a b", "", "*", "-n", "\n", "ü", ObjectName([0xFF, 0x5C])]
        let output = try Shell.collect("printf '%s\\0' \"$@\"", odd)
        #expect(output.bytes == odd.flatMap { $0.bytes + [0] })
    }

    @Test func `a child that reads its input gets all of it`() throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let output = try Shell.collect("cat", input: .bytes(bytes))
        #expect(output.bytes == bytes)
        #expect(output.result.succeeded)
        #expect(output.result.inputLeft == 0)
    }

    @Test func `the group is known before the child does anything`() throws {
        var group: ProcessGroup?
        let output = try Shell.runner.collect(Shell.call("echo $$")) { started in
            group = started
            return .goOn
        }
        let started = try #require(group)
        #expect(output.bytes == Array("\(started.id)\n".utf8))
        #expect(started.start > 0)
    }

    @Test func `a child that is not let go does nothing`() throws {
        let output = try Shell.runner.collect(Shell.call("echo wrong")) { _ in .stop }
        #expect(output.bytes.isEmpty)
        #expect(output.result.ending == .stopped(.caller))
    }

    @Test func `ends a child that ignores the polite signal`() throws {
        let clock = LeapingClock()
        let runner = ProcessRunner(clock: clock.clock)
        let limits = CommandLimits(total: .seconds(60), grace: .milliseconds(200))
        let script = "trap '' TERM; echo ready; while :; do sleep 1; done"
        let result = try runner.run(Shell.call(script, limits: limits)) { _ in
            clock.leap()
            return .goOn
        }
        #expect(result.ending == .stopped(.total(.seconds(60))))
    }
}
