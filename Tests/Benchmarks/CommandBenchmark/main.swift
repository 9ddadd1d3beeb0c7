// SPDX-License-Identifier: Apache-2.0

// usage: command-benchmark [CHILDREN [ROUNDS]]      (1000 and 5 without arguments)
//
// Measures the command runner beside the bare system calls, in one process, and prints a line of JSON
// for each comparison. No test: nothing passes or fails.

import CommandRunning
import Glibc
import SnapshotModel

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let children = max(1, numbers.first ?? 1000)
let rounds = max(1, numbers.dropFirst().first ?? 5)

/// What a piece of work cost: seconds by the machine's own clock, and CPU seconds with its children.
struct Cost {
    var wall: Double
    var cpu: Double

    init(_ work: () throws -> Void) rethrows {
        let (start, used) = (MonotonicClock.system.now, Self.used)
        try work()
        wall = (MonotonicClock.system.now - start) / .seconds(1)
        cpu = Self.used - used
    }

    private static var used: Double {
        [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, who in
            var use = rusage()
            getrusage(__rusage_who_t(who.rawValue), &use)
            let seconds = Double(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
            return sum + seconds + Double(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6
        }
    }
}

/// The median by wall clock, with the mean of the CPU times: one alone is shorter than their step.
func usual(_ costs: [Cost]) -> (wall: Double, cpu: Double) {
    let walls = costs.map(\.wall).sorted()
    return (walls[costs.count / 2], costs.map(\.cpu).reduce(0, +) / Double(costs.count))
}

/// Prints one comparison as a line of JSON.
func report(_ work: String, ours: [Cost], peer: String, theirs: [Cost]) {
    var use = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
    let (ours, theirs) = (usual(ours), usual(theirs))
    print(
        """
        {"work": "\(work)", "ours": \(ours.wall), "oursCPU": \(ours.cpu), "peer": "\(peer)", \
        "theirs": \(theirs.wall), "theirsCPU": \(theirs.cpu), "peakMiB": \(use.ru_maxrss / 1024)}
        """
    )
}

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
    var bare: [Cost] = []
    var ours: [Cost] = []
    // Turn by turn, so that whatever else the machine does meets both.
    for _ in 0..<children {
        bare.append(Cost { waitpid(spawnBare("/bin/true"), nil, 0) })
        ours.append(
            try Cost { guard try runner.collect(call).result.succeeded else { exit(1) } }
        )
    }
    report("a child, start and end", ours: ours, peer: "posix_spawn", theirs: bare)
}

let gibibyte = 1_073_741_824

/// Reads a gibibyte from a child as plainly as can be: one `read` after the other.
func readBare() -> Cost {
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
    let cost = Cost {
        while case let count = read(ends[0], buffer.baseAddress, buffer.count), count > 0 {
            total += count
        }
    }
    waitpid(child, nil, 0)
    close(ends[0])
    guard total == gibibyte else { exit(1) }
    return cost
}

func measurePipe() throws {
    let runner = ProcessRunner(clock: .system)
    let empty = CommandEnvironment(passing: [ObjectName]())
    let call = CommandInvocation(
        Program(path: "/usr/bin/head"),
        ["-c", ObjectName("\(gibibyte)"), "/dev/zero"],
        environment: empty
    )
    var bare: [Cost] = []
    var ours: [Cost] = []
    for _ in 0..<rounds {
        bare.append(readBare())
        var total = 0
        ours.append(
            try Cost {
                _ = try runner.run(call) { chunk in
                    total += chunk.count
                    return .goOn
                }
            }
        )
        guard total == gibibyte else { exit(1) }
    }
    report("a gibibyte of output", ours: ours, peer: "read", theirs: bare)
}

try measureStarts()
try measurePipe()
