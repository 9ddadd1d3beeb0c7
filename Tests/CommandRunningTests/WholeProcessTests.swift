// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import Glibc
import JanitorTestSupport
import SnapshotModel
import Testing

/// What is seen of a whole process: each of these tests has one of its own.
struct WholeProcessTests {
    @Test func `a thousand children in a row leave nothing behind`() async {
        await #expect(processExitsWith: .success) {
            let call = CommandInvocation(Program(path: "/bin/true"), environment: Shell.environment)
            #expect(try Shell.runner.collect(call).result.succeeded)
            let before = try openDescriptors()
            for _ in 0..<1000 {
                guard try Shell.runner.collect(call).result.succeeded else { exit(1) }
            }
            guard try comesDown(to: before) else { exit(12) }
            guard waitpid(-1, nil, WNOHANG) == -1, errno == ECHILD else { exit(13) }
            exit(0)
        }
    }

    @Test func `sixty-four children at once leave nothing behind`() async {
        await #expect(processExitsWith: .success) {
            let warm = concurrentMap([0, 1], atMost: 2) { $0 }
            #expect(warm == [0, 1])
            let before = try openDescriptors()
            let results = concurrentMap(Array(0..<256), atMost: 64) { number in
                let input = [UInt8](repeating: UInt8(number), count: 100_000)
                return (try? Shell.collect("cat; echo >&2", input: .bytes(input)))?.bytes == input
            }
            // Of an expectation in a process of its own only the place is told.
            guard results.count == 256, results.allSatisfy({ $0 }) else { exit(11) }
            guard try comesDown(to: before) else { exit(12) }
            guard waitpid(-1, nil, WNOHANG) == -1, errno == ECHILD else { exit(13) }
            exit(0)
        }
    }

    @Test func `without descriptors left nothing is started, and nobody is harmed`() async {
        await #expect(processExitsWith: .success) {
            #expect(try Shell.collect("echo").result.succeeded)
            let open = try openDescriptors()
            // From too few for the pipes to just enough: every step of a start fails once.
            for more in 1..<17 {
                var limit = rlimit(rlim_cur: rlim_t(open + more), rlim_max: 65_536)
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                do throws(CommandError) {
                    let result = try Shell.runner.collect(Shell.call("echo")).result
                    guard result.succeeded else { exit(1) }
                } catch {
                    guard error.reason == .system else { exit(2) }
                }
                guard waitpid(-1, nil, WNOHANG) == -1, errno == ECHILD else { exit(3) }
            }
            exit(0)
        }
    }

    @Test func `signals that this process ignores or blocks are not so in the child`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            signal(SIGTERM, SIG_IGN)
            var blocked = sigset_t()
            sigemptyset(&blocked)
            sigaddset(&blocked, SIGINT)
            pthread_sigmask(SIG_BLOCK, &blocked, nil)
            var before = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &before)
            let output = try Shell.collect("grep -E 'Sig(Blk|Ign)' /proc/self/status")
            let text = String(decoding: output.bytes, as: UTF8.self)
            let masks = text.split(separator: "\n").compactMap {
                UInt64($0.suffix(16), radix: 16)
            }
            // The C library keeps two signals to itself and lets nobody set them.
            let ours = ~(UInt64(0b11) << 31)
            #expect(masks.map { $0 & ours } == [0, 0])
            // And they are as they were in this process.
            var now = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &now)
            let changed = (1..<32 as Range<Int32>).filter {
                sigismember(&now, $0) != sigismember(&before, $0)
            }
            #expect(changed.isEmpty)
        }
    }

    @Test func `a process without standard streams can run children`() async {
        await #expect(processExitsWith: .success) {
            for number in 0...2 as ClosedRange<Int32> { _ = close(number) }
            let input = Array("through".utf8)
            let output = try Shell.collect("cat; echo oops >&2", input: .bytes(input))
            guard output.bytes == input, output.result.errorOutput.text == "oops" else { exit(1) }
            exit(0)
        }
    }

    @Test func `an end that somebody else took is an error, never a success`() async {
        await #expect(processExitsWith: .success) {
            // The system reaps the children of those who ignore the signal.
            signal(SIGCHLD, SIG_IGN)
            do throws(CommandError) {
                let call = Shell.call("exit 0")
                _ = try Shell.runner.collect(call)
                exit(1)
            } catch {
                exit(error.reason == .lost ? 0 : 2)
            }
        }
    }

    @Test func `a killed process leaves children that are found and ended`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let script = "trap '' TERM; setsid sleep 3000 & sleep 3000 & echo $!; wait"
            _ = try Shell.runner.run(
                Shell.call(script),
                onStart: { group in
                    let own = getpid()
                    let start = ProcessStatus(of: own)?.start ?? 0
                    let record = "\(own) \(start) \(group.id) \(group.start)"
                    let isWritten =
                        (try? record.write(
                            toFile: "\(path)/record",
                            atomically: true,
                            encoding: .utf8
                        ))
                        != nil
                    return isWritten ? .goOn : .stop
                },
                receive: { _ in
                    kill(getpid(), SIGKILL)
                    return .goOn
                }
            )
        }
        let record = try String(contentsOfFile: "\(path)/record", encoding: .utf8)
        let numbers = record.split(separator: " ").compactMap { UInt64($0) }
        try #require(numbers.count == 4)
        let group = ProcessGroup(id: Int32(numbers[2]), start: numbers[3])
        let process = Int32(numbers[0])
        // Another one that had the same number left nothing.
        let other = AbandonedChildren(of: process, startedAt: numbers[1] + 1, group: nil)
        #expect(!other.areRunning)
        // The mark alone finds them too.
        let marked = AbandonedChildren(of: process, startedAt: numbers[1], group: nil)
        #expect(marked.areRunning)
        let children = AbandonedChildren(of: process, startedAt: numbers[1], group: group)
        #expect(children.areRunning)
        #expect(children.end(grace: .milliseconds(200)))
        #expect(!children.areRunning)
        #expect(!marked.areRunning)
    }

    @Test func `a process killed before it lets the child go leaves nothing running`() async throws
    {
        let directory = try TemporaryDirectory()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            _ = try Shell.runner.run(
                Shell.call("touch '\(path)/wrong'"),
                onStart: { group in
                    let record = "\(group.id) \(group.start)"
                    try? record.write(toFile: "\(path)/record", atomically: true, encoding: .utf8)
                    kill(getpid(), SIGKILL)
                    return .goOn
                },
                receive: { _ in .goOn }
            )
        }
        let record = try String(contentsOfFile: "\(path)/record", encoding: .utf8)
        let numbers = record.split(separator: " ").compactMap { UInt64($0) }
        try #require(numbers.count == 2)
        let child = Int32(numbers[0])
        var rounds = 0
        while ProcessStatus(of: child).map({ !$0.hasEnded && $0.start == numbers[1] }) ?? false {
            rounds += 1
            try #require(rounds < 1000)
            usleep(10_000)
        }
        #expect(!directory.exists("wrong"))
    }

    @Test func `a group whose number is another's by now is over, and left in peace`() throws {
        var sleeper: pid_t = 0
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("300"), nil]
        defer { for word in words { free(word) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        try #require(posix_spawn(&sleeper, "/bin/sleep", nil, &attributes, words, [nil]) == 0)
        defer {
            kill(sleeper, SIGKILL)
            waitpid(sleeper, nil, 0)
        }
        let start = try #require(ProcessStatus(of: sleeper)).start
        let gone: pid_t = 0x7FFF_FFF0
        let reused = ProcessGroup(id: sleeper, start: start - 1)
        let children = AbandonedChildren(of: gone, startedAt: 1, group: reused)
        #expect(!children.areRunning)
        #expect(children.end(grace: .zero))
        // Of one whose start nobody recorded nothing is known: it counts, and it is not touched.
        let unknown = ProcessGroup(id: sleeper, start: 0)
        #expect(AbandonedChildren(of: gone, startedAt: 1, group: unknown).areRunning)
        #expect(!AbandonedChildren(of: gone, startedAt: 1, group: unknown).end(grace: .zero))
        #expect(ProcessStatus(of: sleeper)?.hasEnded == false)
    }
}

/// Tells whether no more descriptors stay open than there were.
///
/// The testing library opens and closes some of its own beside a test; what leaks stays.
private func comesDown(to count: Int) throws -> Bool {
    for _ in 0..<200 {
        if try openDescriptors() <= count { return true }
        usleep(10_000)
    }
    return false
}

/// How many descriptors this process has open, that of the looking apart.
///
/// Nothing but names is read: what Foundation asks of each entry fails where one was just closed.
private func openDescriptors() throws -> Int {
    let directory = try #require(opendir("/proc/self/fd"))
    defer { closedir(directory) }
    var count = -1
    while let entry = readdir(directory) {
        // The names are numbers; what begins with a dot is the directory itself.
        if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
    }
    return count
}
