// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import JanitorTestSupport
import SnapshotModel
import Synchronization
import Testing

/// What is passed on, what is kept of messages, what runs at a time.
struct ValueTests {
    @Test func `of the operator's environment the list is passed on, byte by byte`() {
        let environment = CommandEnvironment(
            passing: [
                "PATH=/bin", ObjectName(Array("HOME=/h".utf8) + [0xFF]), "KRB5CCNAME=FILE:/t=1",
                "HADOOP_CLIENT_OPTS=-Xmx1g", "AWS_PROFILE=p", "https_proxy=http://p", "TZ=Mars",
                "LD_PRELOAD=x.so", "BASH_ENV=/x", "BASH_FUNC_ls%%=() { :; }", "LANG=de_DE",
                "MINE=1", "no entry", "=odd",
            ],
            also: ["MINE"]
        )
        #expect(
            environment.entries == [
                "AWS_PROFILE=p", "HADOOP_CLIENT_OPTS=-Xmx1g",
                ObjectName(Array("HOME=/h".utf8) + [0xFF]), "KRB5CCNAME=FILE:/t=1",
                "LC_ALL=C.UTF-8", "MINE=1", "PATH=/bin", "TZ=UTC", "https_proxy=http://p",
            ]
        )
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `of messages the first and the last part are kept`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let limit = Int.random(in: 0...6, using: &generator)
        let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { UInt8($0) + 0x41 }
        let errors = ErrorOutput(bytes, limit: limit)
        #expect(errors.first == Array(bytes.prefix(limit)), "seed \(seed)")
        let rest = bytes.dropFirst(limit)
        #expect(errors.last == Array(rest.suffix(limit)), "seed \(seed)")
        #expect(errors.leftOut == Int64(max(0, rest.count - limit)), "seed \(seed)")
        #expect(errors.total == Int64(bytes.count), "seed \(seed)")
    }

    @Test func `messages are shown with what was left out, and without space at the end`() {
        #expect(
            ErrorOutput(Array("ls: `/x': No such file\n\n".utf8)).text == "ls: `/x': No such file"
        )
        #expect(ErrorOutput(Array("abcdefgh".utf8), limit: 2).text == "ab\n[4 bytes left out]\ngh")
        #expect(ErrorOutput(Array("aüb".utf8), limit: 2).text == "aüb")
        #expect(ErrorOutput([]).text.isEmpty)
        #expect(ErrorOutput([0x0A, 0x20]).text.isEmpty)
    }

    @Test func `endings and errors are said in words`() {
        let errors = ErrorOutput(Array("no\n".utf8))
        #expect("\(CommandResult(.exited(1), errorOutput: errors))" == "exit code 1: no")
        #expect("\(CommandResult(.signalled(9)))" == "killed by signal 9")
        #expect(
            "\(CommandEnding.stopped(.total(.seconds(90))))"
                == "stopped after its time limit of 90.0 seconds"
        )
        let error = CommandError(
            .notFound,
            command: "hdfs",
            detail: "it is in no directory of PATH"
        )
        #expect(
            "\(error)" == "cannot run \"hdfs\": it is in no directory of PATH\n"
                + "  hint: install it, or name it by its absolute path in the policy"
        )
    }

    @Test func `no more run at a time than may, and results keep their order`() {
        struct Count {
            var now = 0
            var most = 0
        }
        let count = Mutex(Count())
        let results = concurrentMap(Array(0..<100), atMost: 5) { number in
            count.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            defer { count.withLock { $0.now -= 1 } }
            return number * 2
        }
        #expect(results == (0..<100).map { $0 * 2 })
        #expect(count.withLock { $0.most } <= 5)
        #expect(concurrentMap([Int](), atMost: 5) { $0 }.isEmpty)
        #expect(concurrentMap([1, 2], atMost: 0) { $0 } == [1, 2])
    }

    @Test func `an argument that is too long fits into no call`() {
        let call = Shell.call("true")
        let budget = ArgumentBudget(limit: 1_048_576)
        let long = ObjectName([UInt8](repeating: 0x61, count: 131_072))
        #expect(budget.count(of: ["a", long, "b"], fitting: call) == 1)
        #expect(ArgumentBudget(limit: 10).count(of: ["a"], fitting: call) == 0)
    }
}
