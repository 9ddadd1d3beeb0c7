// SPDX-License-Identifier: Apache-2.0

/// What shells complete, made from the one table of commands.
enum Completions {
    private static var commands: String {
        CommandTable.all.map(\.name).joined(separator: " ")
    }

    /// What may stand behind an option: a file, a folder, one of some words, or what nobody knows.
    private enum Value {
        case file, folder, unknown
        case words([String])
    }

    private static func value(of option: OptionName) -> Value {
        switch option.placeholder {
        case "FILE": .file
        case "DIR": .folder
        case "KIND": .words(["savepoint", "checkpoint"])
        default: .unknown
        }
    }

    private static func options(of command: CommandSpec) -> [String] {
        command.allOptions.map { "--\($0.rawValue)" }
    }

    /// For bash.
    static var bash: String {
        var lines = [
            "# bash completion of janitor; to be sourced, or put into bash-completion's folder.",
            "_janitor() {",
            "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}",
            "    COMPREPLY=()",
            "    if [ \"$COMP_CWORD\" -eq 1 ]; then",
            "        mapfile -t COMPREPLY < <(compgen -W \"\(commands) --help --version\" -- \"$word\")",
            "        return",
            "    fi",
            "    case $before in",
        ]
        for option in OptionName.allCases where option.placeholder != nil {
            let generate =
                switch value(of: option) {
                case .file: "compgen -f -- \"$word\""
                case .folder: "compgen -d -- \"$word\""
                case .words(let words):
                    "compgen -W \"\(words.joined(separator: " "))\" -- \"$word\""
                case .unknown: ":"
                }
            lines.append(
                "    --\(option.rawValue)) mapfile -t COMPREPLY < <(\(generate)); return ;;"
            )
        }
        lines += ["    esac", "    case ${COMP_WORDS[1]} in"]
        for command in CommandTable.all {
            let words = options(of: command).joined(separator: " ")
            lines.append("    \(command.name)) local options=\"\(words)\" ;;")
        }
        lines += [
            "    *) return ;;",
            "    esac",
            "    case $word in",
            "    -*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\") ;;",
            "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;",
            "    esac",
            "}",
            "complete -o filenames -F _janitor janitor",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// For zsh.
    static var zsh: String {
        var lines = ["#compdef janitor", "", "_janitor() {", "    local -a commands=("]
        for command in CommandTable.all {
            lines.append("        \(quoted("\(command.name):\(command.summary)"))")
        }
        lines += [
            "    )",
            "    if (( CURRENT == 2 )); then",
            "        _describe command commands",
            "        return",
            "    fi",
            "    local name=$words[2]",
            "    shift words",
            "    (( CURRENT-- ))",
            "    case $name in",
        ]
        for command in CommandTable.all {
            lines.append("    \(command.name)) _arguments \\")
            for option in command.allOptions {
                let summary = option.summary.replacing("[", with: "(").replacing("]", with: ")")
                    .replacing(":", with: ",")
                let action =
                    switch value(of: option) {
                    case .file: ":file:_files"
                    case .folder: ":folder:_files -/"
                    case .words(let words): ":kind:(\(words.joined(separator: " ")))"
                    case .unknown: option.placeholder.map { ":\($0.lowercased()): " } ?? ""
                    }
                lines.append("        \(quoted("--\(option.rawValue)[\(summary)]\(action)")) \\")
            }
            lines.append("        '*:file:_files' ;;")
        }
        return (lines + ["    esac", "}", "", "_janitor \"$@\""]).joined(separator: "\n") + "\n"
    }

    /// For fish.
    static var fish: String {
        var lines = [
            "complete -c janitor -f -n __fish_use_subcommand -l version -d 'which version this is'"
        ]
        for command in CommandTable.all {
            lines.append(
                "complete -c janitor -f -n __fish_use_subcommand -a \(command.name) "
                    + "-d \(quoted(command.summary))"
            )
            for option in command.allOptions {
                let more =
                    switch value(of: option) {
                    case .file: " -r -F"
                    case .folder: " -x -a '(__fish_complete_directories)'"
                    case .words(let words): " -x -a \(quoted(words.joined(separator: " ")))"
                    case .unknown: option.placeholder == nil ? "" : " -x"
                    }
                lines.append(
                    "complete -c janitor -n '__fish_seen_subcommand_from \(command.name)' "
                        + "-l \(option.rawValue)\(more) -d \(quoted(option.summary))"
                )
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A word in single quotation marks.
    private static func quoted(_ text: String) -> String {
        "'\(text.replacing("'", with: "'\\''"))'"
    }
}
