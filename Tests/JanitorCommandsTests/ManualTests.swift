// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

@testable import JanitorCommands

/// Manual, completions and version against the program.
struct ManualTests {
    private func text(_ path: String) throws -> String {
        try String(contentsOf: SharedMaterial.checkout.appending(path: path), encoding: .utf8)
    }

    private func run(_ words: [String], input: String? = nil) throws -> (code: Int32, said: String)
    {
        let end = try TestCommand.run(words, input: input ?? "", takesErrors: true)
        return (try #require(end.code), end.text)
    }

    @Test func `the page of the manual has every command and option, and groff likes it`() throws {
        let page = ManualPage.roff
        for command in CommandTable.all { #expect(page.contains(".SS janitor \(command.name)")) }
        for option in OptionName.allCases {
            let name = option.rawValue.replacing("-", with: "\\-")
            #expect(page.contains("\\fB\\-\\-\(name)\\fR"), "\(name)")
        }
        for code in ExitCode.allCases { #expect(page.contains(".B \(code.rawValue)\n")) }
        let requests = page.split(separator: "\n").filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
        for request in requests {
            #expect(
                request.wholeMatch(of: #/\.(TH|SH|SS|PP|TP|B|I|nf|fi)( .*)?/#) != nil,
                "\(request)"
            )
        }
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groff") else { return }
        let checked = try run(["groff", "-man", "-Tutf8", "-ww", "-z"], input: page)
        #expect(checked.said.isEmpty, "\(checked.said)")
    }

    @Test func `bash completes commands, options, words and files`() throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(filePath: "\(directory.path)/policy.json5"))
        try Data(Completions.bash.utf8).write(to: URL(filePath: "\(directory.path)/completion"))
        func completed(_ words: [String]) throws -> Set<String> {
            let list = words.map { "'\($0)'" }.joined(separator: " ")
            let script = """
                cd \(directory.path); source ./completion
                COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1)
                _janitor; printf '%s\\n' "${COMPREPLY[@]}"
                """
            let (code, said) = try run(["bash", "-c", script])
            #expect(code == 0, "\(said)")
            return Set(said.split(separator: "\n").map(String.init))
        }
        let verbs = Set(CommandTable.all.map(\.name)).union(["--help", "--version"])
        #expect(try completed(["janitor", ""]) == verbs)
        #expect(try completed(["janitor", "rep"]) == ["report"])
        for command in CommandTable.all {
            let options = Set(command.allOptions.map { "--\($0.rawValue)" })
            #expect(try completed(["janitor", command.name, "--"]) == options)
        }
        #expect(try completed(["janitor", "plan", "--policy", "pol"]) == ["policy.json5"])
        #expect(try completed(["janitor", "latest", "--kind", ""]) == ["savepoint", "checkpoint"])
    }

    @Test func `zsh is told of every option of every command`() {
        for command in CommandTable.all {
            #expect(Completions.zsh.contains("    \(command.name)) _arguments"))
            for option in command.allOptions {
                #expect(Completions.zsh.contains("'--\(option.rawValue)["))
            }
        }
    }

    @Test(.enabled(if: Shells.paths != nil, "there is no test service \"shells\""))
    func `zsh completes commands, options, words and files`() throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(filePath: "\(directory.path)/policy.json5"))
        try Data(Completions.zsh.utf8).write(to: URL(filePath: "\(directory.path)/_janitor"))
        // A shell at a terminal; what stands on its line is told when a key is pressed.
        let driver = """
            cd $1
            zmodload zsh/zpty
            zpty -b shell zsh -f -i
            zpty -w shell "PROMPT=; fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D
            tell() { print -r -- \\"<\\$BUFFER>\\"; BUFFER=; }; zle -N tell; bindkey '^X' tell
            bindkey '^I' complete-word; stty -echo; print RE''ADY"
            zpty -r -m shell line '*READY*'
            for typed in ${@:2}; do
                zpty -n -w shell "$typed"$'\\t\\x18'
                zpty -r -m shell line '*<*>*'
                print -r -- "${${line##*<}%%>*}"
            done
            zpty -d shell
            """
        let zsh = try #require(Shells.paths).zsh
        let typed = [
            "janitor verif": "janitor verify ",
            "janitor plan --sta": "janitor plan --state ",
            "janitor latest --kind sav": "janitor latest --kind savepoint ",
            "janitor plan --policy pol": "janitor plan --policy policy.json5 ",
        ]
        let lines = typed.keys.sorted()
        let arguments = ["timeout", "60", zsh, "-f", "-c", driver, "zsh", directory.path] + lines
        let (code, said) = try run(arguments)
        #expect(code == 0, "\(said)")
        let found = said.split(whereSeparator: \.isNewline).map(String.init)
        #expect(found == lines.map { typed[$0] })
    }

    @Test(.enabled(if: Shells.paths != nil, "there is no test service \"shells\""))
    func `fish completes commands, options, words and files`() throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(filePath: "\(directory.path)/policy.json5"))
        try Data(Completions.fish.utf8).write(to: URL(filePath: "\(directory.path)/completion"))
        let lines =
            CommandTable.all.map { "janitor \($0.name) --" } + [
                "janitor ", "janitor latest --kind ", "janitor plan --policy pol",
            ]
        let script = """
            cd $argv[1]; source ./completion
            for line in $argv[2..-1]
                echo "line $line"; complete -C "$line"
            end
            """
        let fish = try #require(Shells.paths).fish
        let variables = ["HOME=\(directory.path)", "XDG_CONFIG_HOME=\(directory.path)"]
        let arguments = [fish, "--no-config", "-c", script, directory.path] + lines
        let (code, said) = try run(["env"] + variables + arguments)
        #expect(code == 0, "\(said)")
        var found: [Set<String>] = []
        for line in said.split(separator: "\n") {
            if line.hasPrefix("line ") {
                found.append([])
            } else if let word = line.split(separator: "\t").first, !found.isEmpty {
                found[found.count - 1].insert(String(word))
            }
        }
        let options = CommandTable.all.map { Set($0.allOptions.map { "--\($0.rawValue)" }) }
        let others: [Set<String>] = [
            Set(CommandTable.all.map(\.name)), ["savepoint", "checkpoint"], ["policy.json5"],
        ]
        #expect(found == options + others, "\(said)")
    }

    @Test func `help is there for every topic, and for none that is not`() throws {
        for topic in HelpTopic.allCases {
            let end = try BuiltProgram().run(["help", topic.rawValue])
            #expect(end.code == 0)
            #expect(end.text.hasPrefix("\(topic.title)\n"))
            #expect(end.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        }
        let end = try BuiltProgram().run(["help", "polcy"])
        #expect(end.code == 2)
        #expect(end.text.contains("did you mean \"policy\"?"))
    }

    @Test func `the page on stores names every call that is made to S3`() throws {
        let source = /"s3api", "([a-z0-9-]+)"/
        var calls: Set<String> = []
        for folder in ["S3Storage", "StorageRemoval"] {
            let top = SharedMaterial.checkout.appending(path: "Sources/\(folder)")
            let walk = FileManager.default.enumerator(atPath: top.path)
            while let path = walk?.nextObject() as? String {
                guard path.hasSuffix(".swift") else { continue }
                calls.formUnion(
                    try text("Sources/\(folder)/\(path)").matches(of: source).map { "\($0.1)" }
                )
            }
        }
        #expect(calls.count > 7)
        // The permission stands in front of the calls that take it.
        for call in calls {
            let line = StoresTopic.text.split(separator: "\n").first {
                let words = $0.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
                return $0.hasPrefix("  s3:") && words.contains(call[...])
            }
            #expect(line != nil, "\(call)")
        }
    }

    @Test func `the version has the commit where it is known, from a checkout and from an archive`()
        throws
    {
        #expect(Version.text(builtFrom: "") == Version.text)
        #expect(Version.text(builtFrom: "0a1b2c3") == "\(Version.text) (commit 0a1b2c3)")
        let end = try BuiltProgram().run(["--version"])
        #expect(end.text == "janitor \(Version.text(builtFrom: Version.commit))\n")
        // What fills the file in an archive, and that the file has something to be filled in.
        #expect(
            try text(".gitattributes").contains("Sources/CBuiltFrom/BuiltFrom.c export-subst\n")
        )
        #expect(try text("Sources/CBuiltFrom/BuiltFrom.c").contains("\"$Format:%H$\""))
    }
}

/// Where the shells of the test service are.
private enum Shells {
    static let paths: (zsh: String, fish: String)? = {
        let variables = ProcessInfo.processInfo.environment
        let paths = variables["JANITOR_TEST_SHELLS"]?.split(separator: " ")
        guard let paths, paths.count == 2 else { return nil }
        return (String(paths[0]), String(paths[1]))
    }()
}
