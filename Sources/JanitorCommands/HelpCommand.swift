// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// `janitor help [COMMAND | TOPIC]`.
enum HelpCommand {
    /// Forms of the manual that programs read.
    private static let forms = ["man", "bash", "zsh", "fish", "markdown"]

    static let spec = CommandSpec(
        name: "help",
        arguments: "[TOPIC]",
        argumentCount: 0...1,
        options: [],
        summary: "say what the program, a command or a topic is about",
        details: """
            Prints help on the program, on one command, or on a topic: policy, safety, stores, cron,
            metrics or json. "janitor help man" prints the page of the manual, and "janitor help bash", "zsh"
            and "fish" print what these shells need to complete commands and options; "janitor help
            markdown" prints all help as one article.
            """,
        never: "touch anything.",
        run: { context, arguments in
            guard let name = arguments.arguments.first?.description else {
                context.console.show(HelpText.overview)
                return .done
            }
            try tell(name, context.console)
            return .done
        }
    )

    private static func tell(_ name: String, _ console: Console) throws(UsageError) {
        switch name {
        case "man": console.write(ManualPage.roff)
        case "bash": console.write(Completions.bash)
        case "zsh": console.write(Completions.zsh)
        case "fish": console.write(Completions.fish)
        case "markdown": console.write(MarkdownPage.text)
        default:
            if let topic = HelpTopic(rawValue: name) {
                console.show("\(topic.title)\n\n\(topic.text)\n")
            } else if let command = CommandTable.command(name) {
                console.show(HelpText.text(of: command))
            } else {
                let known =
                    CommandTable.all.map(\.name) + HelpTopic.allCases.map(\.rawValue) + forms
                let nearest = NearestWord.nearest(to: name, among: known)
                throw UsageError(
                    message: "there is no command or topic \"\(name)\"",
                    hint: nearest.map { "did you mean \"\($0)\"?" } ?? "see: janitor help"
                )
            }
        }
    }
}
