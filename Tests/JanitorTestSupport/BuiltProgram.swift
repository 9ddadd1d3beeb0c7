// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc

/// The program as it was built, run as a process of its own.
public struct BuiltProgram: Sendable {
    /// How a process ended.
    public struct End: Hashable, Sendable {
        /// Its exit code; nil where a signal ended it.
        public let code: Int32?
        /// The signal that ended it.
        public let signal: Int32?
        /// What it printed, results and messages together.
        public let text: String
    }

    /// The folder that `swift build` writes into: the one that this test lies in.
    public static let builtFolder: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let bytes = buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        let path = String(decoding: bytes, as: UTF8.self)
        let folder = URL(filePath: path).deletingLastPathComponent().path
        // A test runner of the toolchain's may have loaded the tests; then the checkout knows.
        return access("\(folder)/janitor", X_OK) == 0
            ? folder : SharedMaterial.checkout.appending(path: ".build/debug").path
    }()

    /// Where the program itself is.
    public static var path: String { "\(builtFolder)/janitor" }

    private let words: [String]

    /// Names the `janitor` that was built with the tests.
    ///
    /// - Parameter wrapper: A command line that runs the one behind it.
    public init(behind wrapper: [String] = []) {
        words = wrapper + [Self.path]
    }

    /// Names another program, which may leave something at work when it ends: one that does not is
    /// `TestCommand`'s.
    ///
    /// - Parameter program: Its path, or a name to be looked for.
    public init(insteadOfOurs program: String) {
        words = [program]
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - arguments: The command line behind the program's name.
    ///   - environment: Variables to set over those of the test.
    /// - Returns: How it ended.
    /// - Throws: Where it cannot be started.
    public func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> End {
        try start(arguments, environment: environment).wait()
    }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - arguments: The command line behind the program's name.
    ///   - environment: Variables to set over those of the test.
    /// - Returns: The process at work.
    /// - Throws: Where it cannot be started.
    public func start(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> RunningProgram {
        var template = Array("/tmp/janitor-output-XXXXXX".utf8CString)
        let output = mkstemp(&template)
        guard output >= 0 else { throw TestSystemError("mkstemp", errno) }
        unlink(template)
        _ = fcntl(output, F_SETFD, FD_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // Threads of ours block signals, and children inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let line = (words + arguments).map { strdup($0) } + [nil]
        let variables = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in line + variables { free(text) } }
        var child: pid_t = 0
        let problem = posix_spawnp(&child, words[0], &actions, &attributes, line, variables)
        guard problem == 0 else {
            close(output)
            throw TestSystemError("start \(self.words)", problem)
        }
        return RunningProgram(process: child, output: output)
    }
}

/// A process that a test started.
public final class RunningProgram {
    /// Its number.
    public let process: Int32
    private let output: Int32
    private var end: BuiltProgram.End?

    fileprivate init(process: Int32, output: Int32) {
        self.process = process
        self.output = output
    }

    deinit {
        if end == nil {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        close(output)
    }

    /// Sends it a signal.
    public func send(_ signal: Int32) { kill(process, signal) }

    /// What it has printed until now.
    public var text: String {
        let size = max(0, lseek(output, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let count = pread(output, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Waits for its end; what hangs for minutes is killed and shows that by its signal.
    public func wait() -> BuiltProgram.End {
        if let end { return end }
        var status: Int32 = 0
        var rounds = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            usleep(500)
            rounds += 1
            if rounds == 600_000 { kill(process, SIGKILL) }
        }
        let signal = status & 0x7F
        let end = BuiltProgram.End(
            code: signal == 0 ? (status >> 8) & 0xFF : nil,
            signal: signal == 0 ? nil : signal,
            text: text
        )
        self.end = end
        return end
    }

    /// Waits until it has stopped by SIGSTOP.
    ///
    /// - Returns: False where it ended instead.
    public func waitUntilStopped() -> Bool {
        for _ in 0..<240_000 {
            let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            let state = stat.drop { $0 != ")" }.dropFirst(2).first
            if state == "T" { return true }
            if state == "Z" || state == nil { return false }
            usleep(500)
        }
        return false
    }

    /// Waits until it has a handler for a signal.
    public func waitUntilCatching(_ signal: Int32) {
        for _ in 0..<240_000 {
            let status =
                (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
            guard let line, let mask = UInt64(line.dropFirst(8), radix: 16) else { return }
            if mask & (1 << UInt64(signal - 1)) != 0 { return }
            usleep(500)
        }
    }
}
