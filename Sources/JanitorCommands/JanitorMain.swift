// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls
internal import CommandRunning
internal import Foundation
internal import Glibc
internal import SnapshotModel
internal import Storage

/// The program from the outside: reads the command line, runs a command, ends with its code.
public enum JanitorMain {
    /// Runs the program and ends the process.
    public static func main() -> Never {
        // A reader of ours that went away is an error of one write, not the end of a run.
        signal(SIGPIPE, SIG_IGN)
        // Whoever started us may not have cared for children; we have to know how ours end.
        signal(SIGCHLD, SIG_DFL)
        janitor_keep_freed_memory()
        let words = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { ObjectName(bytes(of: $0)) }
        }
        let console = Console.standard(ProcessInfo.processInfo.environment)
        let code = run(words, console: console)
        console.finish()
        exit(code.rawValue)
    }

    /// Runs one command line.
    static func run(_ words: [ObjectName], console: Console) -> ExitCode {
        do {
            return try dispatch(words, console: console)
        } catch let error as UsageError {
            console.message("error: \(error)")
            return .usage
        } catch let error as CommandFailure {
            console.message("error: \(error.message)")
            return error.code
        } catch {
            console.message("error: \(error)")
            return .failed
        }
    }

    private static func dispatch(_ words: [ObjectName], console: Console) throws -> ExitCode {
        guard let first = words.first?.description else {
            console.message("error: no command is given\n\(HelpText.overview)")
            return .usage
        }
        if first == "--help" || first == "-h" {
            console.write(HelpText.overview)
            return .done
        }
        if first == "--version" {
            console.write("janitor \(Version.text(builtFrom: Version.commit))\n")
            return .done
        }
        guard let command = CommandTable.command(first) else {
            let nearest = NearestWord.nearest(to: first, among: CommandTable.all.map(\.name))
            throw UsageError(
                message: "there is no command \"\(first)\"",
                hint: nearest.map { "did you mean \"\($0)\"?" } ?? "see: janitor --help"
            )
        }
        let parsed = try ArgumentParser.parse(Array(words.dropFirst()), for: command)
        if parsed.has(.help) {
            console.write(HelpText.text(of: command))
            return .done
        }
        return try command.run(context(console, parsed), parsed)
    }

    private static func context(
        _ console: Console,
        _ parsed: ParsedArguments
    ) throws -> CommandContext {
        var random = SystemRandomNumberGenerator()
        let token = (0..<2).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        let clock: @Sendable () -> Instant = { Instant(Date()) }
        let directory = currentDirectory()
        let entries = environmentEntries()
        return CommandContext(
            environment: ProcessInfo.processInfo.environment,
            now: clock(),
            clock: clock,
            workingDirectory: directory,
            token: token,
            userID: geteuid(),
            shouldStop: StopSignals.received,
            console: console,
            runner: try runner(tracing: parsed[.trace], below: directory, entries),
            environmentEntries: entries
        )
    }

    /// The runner of all child processes, which writes them down where that is asked for.
    private static func runner(
        tracing file: ObjectName?,
        below directory: ObjectName,
        _ entries: [ObjectName]
    ) throws -> any CommandRunner {
        let runner = ProcessRunner(clock: .system) { StopSignals.received() != nil }
        guard let file else { return runner }
        let isAbsolute = file.bytes.first == UInt8(ascii: "/")
        do throws(StorageError) {
            let trace = try CommandTrace(path: isAbsolute ? file : directory.appending(file)) {
                Console.writeMessage($0)
            }
            let operators = CommandEnvironment(whole: entries)
            return TracingRunner(runner, into: trace, operators: operators) { Instant(Date()) }
        } catch {
            throw CommandFailure(
                code: .usage,
                message: "\(error)\n  hint: name a file that may be written with --trace"
            )
        }
    }

    private static func environmentEntries() -> [ObjectName] {
        var entries: [ObjectName] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(ObjectName(bytes(of: entry)))
            next += 1
        }
        return entries
    }

    private static func currentDirectory() -> ObjectName {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return ObjectName(bytes(of: path))
    }

    private static func bytes(of text: UnsafePointer<CChar>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text, count: strlen(text))
    }
}
