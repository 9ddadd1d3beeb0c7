// SPDX-License-Identifier: Apache-2.0

/// What `--help` prints, made from the one table of commands.
enum HelpText {
    /// Help on the program as a whole.
    static var overview: String {
        var lines = [
            "janitor keeps the savepoints and checkpoints that a policy asks for, proves that they",
            "can be restored, and takes away the rest.",
            "",
            "usage: janitor COMMAND [OPTIONS] [ARGUMENTS]",
            "",
            "commands:",
        ]
        let width = CommandTable.all.map(\.name.count).max() ?? 0
        for command in CommandTable.all {
            lines.append("  \(padded(command.name, width))  \(command.summary)")
        }
        let topics = HelpTopic.allCases.map(\.rawValue).joined(separator: ", ")
        lines += [
            "", "\"janitor COMMAND --help\" says more of each, and \"janitor help TOPIC\" of",
        ]
        lines += ["these: \(topics).", ""]
        return (lines + exitCodes).joined(separator: "\n") + "\n"
    }

    /// Help on one command.
    static func text(of command: CommandSpec) -> String {
        var lines = ["usage: \(usageLine(of: command))", "", command.details, ""]
        lines += ["It will not: \(command.never)", "", "options:"]
        let options = command.allOptions
        let names = options.map { option in
            "--\(option.rawValue)" + (option.placeholder.map { " \($0)" } ?? "")
        }
        let width = names.map(\.count).max() ?? 0
        for (option, name) in zip(options, names) {
            lines.append("  \(padded(name, width))  \(option.summary)")
        }
        return (lines + [""] + exitCodes).joined(separator: "\n") + "\n"
    }

    /// How a command is written.
    static func usageLine(of command: CommandSpec) -> String {
        let options = command.allOptions.filter { $0 != .help }.map { option in
            " [--\(option.rawValue)\(option.placeholder.map { " \($0)" } ?? "")]"
        }
        let arguments = command.arguments.isEmpty ? "" : " \(command.arguments)"
        return "janitor \(command.name)\(options.joined())\(arguments)"
    }

    /// The table of exit codes.
    static var exitCodes: [String] {
        ["exit codes:"]
            + ExitCode.allCases.map { "  \(padded("\($0.rawValue)", 3))  \($0.meaning)" }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
