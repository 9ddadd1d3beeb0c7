// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// `janitor help [COMMAND]`.
enum HelpCommand {
    static let spec = CommandSpec(
        name: "help",
        arguments: "[COMMAND]",
        argumentCount: 0...1,
        options: [],
        summary: "say what the program or a command does",
        details: "Prints help on the program, or on one command.",
        never: "touch anything.",
        run: { context, arguments in
            guard let name = arguments.arguments.first?.description else {
                context.console.show(HelpText.overview)
                return .done
            }
            guard let command = CommandTable.command(name) else {
                let nearest = NearestWord.nearest(to: name, among: CommandTable.all.map(\.name))
                throw UsageError(
                    message: "there is no command \"\(name)\"",
                    hint: nearest.map { "did you mean \"\($0)\"?" } ?? "see: janitor help"
                )
            }
            context.console.show(HelpText.text(of: command))
            return .done
        }
    )
}
