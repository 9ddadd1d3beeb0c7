// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Policy
import Testing

/// Whatever the README shows between fences, carried out.
///
/// What it shows as output of `janitor plan` is compared by `PlanDocumentTests`.
struct ReadmeTests {
    /// Lines of the README that no test carries out, and why.
    private static let notCarriedOut = [
        "swift run -c release janitor demo": "it builds the program, which the gate has done",
        "Tests/run": "it is what runs this test",
    ]

    /// What does not end with 0 on the demonstration tree, and why.
    private static let otherCodes: [(start: String, code: Int32, says: String)] = [
        // There is no Flink; FlinkTests, FlinkCheckTests and FlinkDrillTests have one.
        ("janitor savepoint ", 2, "names no Flink"),
        ("janitor health ", 2, "names no Flink"),
        // A part of the tree is not whole.
        ("janitor verify", 1, "unfinished"),
    ]

    private let directory: TemporaryDirectory
    private let readme: String

    init() throws {
        directory = try TemporaryDirectory()
        let file = SharedMaterial.checkout.appending(path: "README.md")
        readme = try String(contentsOf: file, encoding: .utf8)
        for folder in ["bin", "etc"] {
            try FileManager.default.createDirectory(
                atPath: "\(directory.path)/\(folder)",
                withIntermediateDirectories: true
            )
        }
    }

    /// What stands between fences, with the word behind the first one.
    private var blocks: [(language: String, text: String)] {
        readme.matches(of: /(?m)^```(\w*)\n((?s:.*?))^```$/).map { (String($0.1), String($0.2)) }
    }

    /// The lines of a block of commands, those without a comment only.
    private func commands(_ text: String) -> [String] {
        text.split(separator: "\n").map { String($0).replacing(#/ +# .*$/#, with: "") }
    }

    private func run(_ script: String, in folder: String) throws -> (code: Int32, said: String) {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let end = try TestCommand.run(
            ["/bin/sh", "-c", script],
            in: folder,
            environment: [
                "PATH": "\(directory.path)/bin:\(directory.path)/usr/bin:\(path)",
                "HOME": directory.path, "XDG_STATE_HOME": directory.path,
                "JANITOR_POLICY": "\(directory.path)/policy.json5",
            ],
            takesErrors: true
        )
        return (try #require(end.code), end.text)
    }

    private func makeProgram(_ name: String, _ script: String) throws {
        let path = "\(directory.path)/bin/\(name)"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
        try ExecutableScript.make(path)
    }

    private func makeDemo() throws {
        try makeProgram("janitor", "exec '\(BuiltProgram.path)' \"$@\"")
        let demo = "\(directory.path)/demo"
        let made = try run("janitor demo --into \(demo)", in: directory.path)
        try #require(made.code == 0, "\(made.said)")
        try FileManager.default.copyItem(
            atPath: "\(demo)/policy.json5",
            toPath: "\(directory.path)/policy.json5"
        )
    }

    @Test func `whatever stands between fences is looked at by a test`() throws {
        #expect(blocks.count >= 6)
        for block in blocks {
            switch block.language {
            case "sh":
                let lines = commands(block.text)
                let isCarriedOut = lines.contains { $0.contains("janitor ") }
                for line in lines where Self.notCarriedOut[line] == nil {
                    #expect(isCarriedOut, "\(line)")
                }
            case "json5": #expect(block.text.contains("jobs:"))
            default:
                // What a program printed: compared by PlanDocumentTests.
                #expect(readme.contains("<!-- demo -->\n```\n\(block.text)```\n<!-- /demo -->"))
            }
        }
        for line in Self.notCarriedOut.keys { #expect(readme.contains(line), "\(line)") }
    }

    @Test func `every command of the README does on the demonstration tree what it says`() throws {
        try makeDemo()
        try makeProgram("flink", "echo \"flink: $*\"")
        let tree = "\(directory.path)/demo/tree"
        var run = ""
        var count = 0
        for block in blocks where block.language == "sh" && !block.text.contains("crontab") {
            for line in commands(block.text) where Self.notCarriedOut[line] == nil {
                try prepare(line, in: tree)
                let command = line.replacing("RUN", with: run)
                    .replacing(
                        "/flink/checkpoints/job/chk-7",
                        with: "\(tree)/checkpoints/orders/0de5500000000000000000000000bbbb/chk-191"
                    )
                    .replacing(
                        "/flink/savepoints/job/savepoint-1a2b3c-0123456789ab",
                        with: "\(tree)/savepoints/"
                            + (line.contains("dismiss")
                                ? "orders/savepoint-0de550-00000000dead"
                                : "sales_pipeline/savepoint-5a1e5a-000000008990")
                    )
                let end = try self.run(command, in: directory.path)
                let other = Self.otherCodes.first { line.hasPrefix($0.start) }
                #expect(end.code == other?.code ?? 0, "\(line): \(end.said)")
                if let other {
                    #expect(end.said.contains(other.says), "\(line): \(end.said)")
                } else {
                    #expect(!end.said.contains("error: "), "\(line): \(end.said)")
                }
                if line == "janitor runs" {
                    run = String(try #require(end.said.firstMatch(of: /\d{8}T\d{6}Z-\w+/)).0)
                }
                if line.hasPrefix("flink run") {
                    // What was printed for Flink is one place, with nothing around it.
                    #expect(end.said.contains(/-s file:\/\/\/\S+\/savepoint-\w+-\w+ sales-2/))
                }
                count += 1
            }
        }
        #expect(count > 23)
        // The report, and the plan that was saved and approved.
        for file in ["report.html", "plan.json"] {
            #expect(FileManager.default.fileExists(atPath: "\(directory.path)/\(file)"))
        }
    }

    @Test func `the figures are those that the benchmark wrote`() throws {
        let printed = try run(
            "python3 Tests/Benchmarks/run --readme Tests/Benchmarks/figures.json",
            in: SharedMaterial.checkout.path
        )
        #expect(printed.code == 0, "\(printed.said)")
        #expect(printed.said.split(separator: "\n").count > 2)
        #expect(readme.contains("<!-- figures -->\n\(printed.said)<!-- /figures -->"))
    }

    /// What a command of the README is about has to be there.
    private func prepare(_ line: String, in tree: String) throws {
        let folder: String
        if line.hasPrefix("janitor dismiss") {
            folder = "\(tree)/savepoints/orders/savepoint-0de550-00000000dead"
        } else if line.hasPrefix("janitor retire") {
            folder = "\(tree)/savepoints/old_job"
        } else {
            return
        }
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        if folder.hasSuffix("dead") { try Data().write(to: URL(filePath: "\(folder)/_metadata")) }
    }

    @Test func `the first night comes to a report and a crontab, from an empty machine`() throws {
        // Stripping what was built for tests takes long and shows nothing.
        try makeProgram("strip", ":")
        // As cron's own: "-l" gives what is there, "-" puts what it reads in its place.
        let installed = "\(directory.path)/installed.crontab"
        try Data("1 2 3 4 5 old-one-liner\n".utf8).write(to: URL(filePath: installed))
        try makeProgram(
            "crontab",
            """
            case $1 in
            -l) cat '\(installed)' ;;
            -) cat >'\(installed).new' && mv '\(installed).new' '\(installed)' ;;
            *) exit 2 ;;
            esac
            """
        )
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/flink/orders/savepoint-0a1b2c-0123456789ab",
            withIntermediateDirectories: true
        )
        let block = try #require(blocks.first { $0.text.contains("crontab") })
        let prefix = "\(directory.path)/usr"
        let install = "cron/install.sh --prefix \(prefix)"
        for line in commands(block.text) {
            let command = line.replacing("/usr/local", with: prefix)
                .replacing("/etc/janitor/", with: "\(directory.path)/")
                .replacing("/etc/janitor", with: directory.path)
                .replacing(" report.html", with: " \(directory.path)/report.html")
                .replacing(/^cron.install.sh$/, with: "\(install) --program \(BuiltProgram.path)")
            let end = try run(command, in: SharedMaterial.checkout.path)
            #expect(end.code == 0, "\(line): \(end.said)")
            // "name your roots in it"
            if line.hasPrefix("cp ") { try nameRoots() }
            if line.hasPrefix("janitor report") { #expect(end.said.contains("job orders")) }
        }
        #expect(FileManager.default.fileExists(atPath: "\(directory.path)/report.html"))
        let crontab = try String(contentsOfFile: installed, encoding: .utf8)
        // What the user's crontab held goes on.
        #expect(crontab.hasPrefix("1 2 3 4 5 old-one-liner\n# janitor by cron"))
        #expect(crontab.contains("JANITOR_CRON=\(prefix)/share/janitor/cron\n"))
        // Not whatever else is on cron's PATH.
        #expect(crontab.contains("JANITOR=\(prefix)/bin/janitor\n"))
        let gone = try run("\(install) --uninstall", in: SharedMaterial.checkout.path)
        #expect(gone.code == 0)
        let left = (try? FileManager.default.contentsOfDirectory(atPath: prefix)) ?? []
        #expect(left.isEmpty)
    }

    private func nameRoots() throws {
        let file = "\(directory.path)/policy.json5"
        let guide = try String(contentsOfFile: file, encoding: .utf8)
        let start = try #require(guide.range(of: "  jobs: ["))
        let own =
            guide[..<start.lowerBound]
            + "  jobs: [{ name: \"{job}\", savepoints: \"\(directory.path)/flink/{job}\" }],\n}\n"
        try Data(own.utf8).write(to: URL(filePath: file))
    }

    @Test func `policies of the README are sound, and so is what it says of single keys`() throws {
        try makeDemo()
        let policy = try #require(blocks.first { $0.language == "json5" }).text
        let own = policy.replacing("file:///flink/", with: "file://\(directory.path)/demo/tree/")
        try Data(own.utf8).write(to: URL(filePath: "\(directory.path)/policy.json5"))
        let end = try run("janitor check", in: directory.path)
        #expect(end.code == 0, "\(end.said)")
        let job = "name: \"a\", savepoints: \"/flink/savepoints\""
        let policies = try String(
            contentsOf: SharedMaterial.checkout.appending(
                path: "Sources/JanitorCommands/Documentation.docc/Policies.md"
            ),
            encoding: .utf8
        )
        let keys = (readme + policies).matches(
            of: /`(metrics|notify|stores|attempts|flink): ([\["{][^`]*)`/
        )
        #expect(keys.count == 6)
        #expect(keys.contains { $0.1 == "attempts" })
        for key in keys {
            let member = "\(key.1): \(key.2)".replacing("\"…\"", with: "\"\(digits)\"")
                .replacing("https://…", with: "https://host/path")
            let isOfJob = ["attempts", "flink"].contains(key.1)
            let text =
                isOfJob ? "{ jobs: [{ \(job), \(member) }] }" : "{ \(member), jobs: [{ \(job) }] }"
            #expect(throws: Never.self, "\(member)") {
                try PolicyDecoder.decode(Array(text.utf8), source: "README.md")
            }
        }
    }

    private var digits: String { String(repeating: "0a", count: 16) }
}
