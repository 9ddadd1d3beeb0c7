// SPDX-License-Identifier: Apache-2.0

/// The article on the command line in the documentation, made from the one table of commands.
enum MarkdownPage {
    /// `CommandLine.md` of the catalogue.
    static var text: String {
        var lines = [
            "# The command line", "",
            "Every command with its options, as the program itself has them.", "",
            "## Overview", "", "```", HelpText.overview + "```",
        ]
        for command in CommandTable.all {
            let help = HelpText.text(of: command)
            lines += ["", "### janitor \(command.name)", "", "```", help + "```"]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
