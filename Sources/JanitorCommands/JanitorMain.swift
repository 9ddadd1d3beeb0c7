// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import SnapshotModel

/// The program from the outside: reads the command line, runs a command, ends with its code.
public enum JanitorMain {
    /// Runs the program and ends the process.
    public static func main() -> Never {
        // A reader of ours that went away is an error of one write, not the end of a run.
        signal(SIGPIPE, SIG_IGN)
        let words = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { ObjectName(bytes(of: $0)) }
        }
        exit(run(words, console: .standard).rawValue)
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
            console.write("janitor \(Version.text)\n")
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
        return try command.run(context(console), parsed)
    }

    private static func context(_ console: Console) -> CommandContext {
        var random = SystemRandomNumberGenerator()
        let token = (0..<2).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        let clock: @Sendable () -> Instant = { Instant(Date()) }
        return CommandContext(
            environment: ProcessInfo.processInfo.environment,
            now: clock(),
            clock: clock,
            workingDirectory: currentDirectory(),
            token: token,
            userID: geteuid(),
            shouldStop: StopSignals.received,
            console: console
        )
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

/// Which version this is.
enum Version {
    static let text = "0.1.0"
}
