// SPDX-License-Identifier: Apache-2.0

/// The page of the manual, made from the one table of commands.
///
/// Source: man-pages(7) for its sections, groff_man(7) for its requests.
enum ManualPage {
    /// `janitor(1)` as roff.
    static var roff: String {
        var lines = [
            ".TH JANITOR 1 \"\" \"janitor \(Version.text)\" \"User Commands\"",
            ".SH NAME",
            "janitor \\- retention of Apache Flink savepoints and checkpoints",
            ".SH SYNOPSIS",
            ".B janitor",
            ".I COMMAND",
            "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
            ".SH DESCRIPTION",
            """
            Keeps the savepoints and checkpoints that a policy asks for, proves that they can be \
            restored, shows what would go and why, and takes away the rest.
            """,
            ".SH COMMANDS",
        ]
        for command in CommandTable.all {
            lines += [".SS \(escaped(HelpText.usageLine(of: command)))"]
            for paragraph in command.details.split(separator: "\n\n") {
                lines += [".PP"] + paragraph.split(separator: "\n").map { line(String($0)) }
            }
            lines += [".PP", line("It will not: " + command.never.replacing("\n", with: " "))]
        }
        lines.append(".SH OPTIONS")
        for option in OptionName.allCases {
            let value = option.placeholder.map { " \\fI\($0)\\fR" } ?? ""
            lines += [
                ".TP", "\\fB\(escaped("--\(option.rawValue)"))\\fR\(value)", line(option.summary),
            ]
        }
        for topic in HelpTopic.allCases {
            lines.append(".SH \(topic.title.uppercased())")
            for paragraph in topic.text.split(separator: "\n\n") {
                let parts = paragraph.split(separator: "\n").map { line(String($0)) }
                // Examples and tables keep their lines.
                lines +=
                    paragraph.hasPrefix("  ") ? [".PP", ".nf"] + parts + [".fi"] : [".PP"] + parts
            }
        }
        lines.append(".SH EXIT STATUS")
        for code in ExitCode.allCases {
            lines += [".TP", ".B \(code.rawValue)", line(code.meaning)]
        }
        lines += [
            ".SH FILES",
            ".TP", ".I /etc/janitor/policy.json5", "the policy where none is named",
            ".TP", ".I $XDG_STATE_HOME/janitor",
            "the state directory where none is named and this variable is set",
            ".TP", ".I /var/lib/janitor", "else that of root",
            ".TP", ".I ~/.local/state/janitor", "else that of other users",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line of text, which must not begin as a request does.
    private static func line(_ text: String) -> String {
        let escaped = escaped(text)
        return escaped.first == "." || escaped.first == "'" ? "\\&\(escaped)" : escaped
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            .replacing("…", with: "...")
    }
}
