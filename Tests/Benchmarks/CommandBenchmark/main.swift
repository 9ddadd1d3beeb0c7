// SPDX-License-Identifier: Apache-2.0

// Measures the command runner beside the bare system calls, in one process. No test: nothing
// passes or fails.

import CommandRunning
import Glibc
import SnapshotModel

/// How long a piece of work takes, by the machine's own clock.
func elapsed(_ work: () throws -> Void) rethrows -> Duration {
    let start = MonotonicClock.system.now
    try work()
    return MonotonicClock.system.now - start
}

func median(_ values: [Duration]) -> Duration { values.sorted()[values.count / 2] }

func microseconds(_ duration: Duration) -> Int { Int(duration / .microseconds(1)) }

/// Starts a child by `posix_spawn` and waits for its end.
func spawnBare(_ path: String, output: Int32? = nil) -> pid_t {
    var child: pid_t = 0
    let words: [UnsafeMutablePointer<CChar>?] = [strdup(path), nil]
    defer { free(words[0]) }
    guard posix_spawn(&child, path, nil, nil, words, [nil]) == 0 else { exit(1) }
    return child
}

func measureStarts() throws {
    let runner = ProcessRunner(clock: .system)
    let empty = CommandEnvironment(passing: [ObjectName]())
    let call = CommandInvocation(Program(path: "/bin/true"), environment: empty)
    var bare: [Duration] = []
    var ours: [Duration] = []
    // Turn by turn, so that whatever else the machine does meets both.
    for _ in 0..<1000 {
        bare.append(elapsed { waitpid(spawnBare("/bin/true"), nil, 0) })
        ours.append(
            try elapsed { guard try runner.collect(call).result.succeeded else { exit(1) } }
        )
    }
    let ratio = median(ours) / median(bare)
    print(
        "start and end of a child, median of \(bare.count): "
            + "posix_spawn \(microseconds(median(bare))) us, "
            + "runner \(microseconds(median(ours))) us, ratio \(ratio)"
    )
}

let gibibyte = 1_073_741_824

/// Reads a gibibyte from a child as plainly as can be: one `read` after the other.
func readBare() -> Duration {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { exit(1) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addclose(&actions, ends[1])
    var child: pid_t = 0
    let size = "\(gibibyte)"
    let words = [strdup("head"), strdup("-c"), strdup(size), strdup("/dev/zero"), nil]
    guard posix_spawn(&child, "/usr/bin/head", &actions, nil, words, [nil]) == 0 else { exit(1) }
    close(ends[1])
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { buffer.deallocate() }
    var total = 0
    let time = elapsed {
        while case let count = read(ends[0], buffer.baseAddress, buffer.count), count > 0 {
            total += count
        }
    }
    waitpid(child, nil, 0)
    close(ends[0])
    guard total == gibibyte else { exit(1) }
    return time
}

func measurePipe() throws {
    let runner = ProcessRunner(clock: .system)
    let empty = CommandEnvironment(passing: [ObjectName]())
    let call = CommandInvocation(
        Program(path: "/usr/bin/head"),
        ["-c", ObjectName("\(gibibyte)"), "/dev/zero"],
        environment: empty
    )
    var bare: [Duration] = []
    var ours: [Duration] = []
    for _ in 0..<5 {
        bare.append(readBare())
        var total = 0
        ours.append(
            try elapsed {
                _ = try runner.run(call) { chunk in
                    total += chunk.count
                    return .goOn
                }
            }
        )
        guard total == gibibyte else { exit(1) }
    }
    var use = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
    print(
        "a gibibyte from a child, median of \(bare.count): "
            + "read alone \(microseconds(median(bare)) / 1000) ms, "
            + "runner \(microseconds(median(ours)) / 1000) ms, "
            + "ratio \(median(ours) / median(bare)), peak memory \(use.ru_maxrss / 1024) MiB"
    )
}

try measureStarts()
try measurePipe()
