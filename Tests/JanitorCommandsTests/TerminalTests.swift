// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import Glibc
import JanitorTestSupport
import Testing

@testable import JanitorCommands

/// What a terminal shows: tmux is one, of whatever width.
@Suite(.enabled(if: Screen.program != nil, "this machine does not allow it: there is no tmux"))
struct TerminalTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let demo = try BuiltProgram().run(["demo", "--into", "\(directory.path)/demo"])
        try #require(demo.code == 0)
    }

    private func screen(
        _ command: String,
        columns: Int,
        environment: [String] = [],
        policy: String? = nil
    ) throws -> Screen {
        let policy = policy ?? "\(directory.path)/demo/policy.json5"
        let state = "\(directory.path)/state"
        let line = "\(command) --policy \(policy) --state \(state)"
        return try Screen(
            (["env"] + environment + [BuiltProgram.path, line]).joined(separator: " "),
            columns: columns,
            in: directory.path
        )
    }

    @Test(arguments: [(60, "plan"), (80, "report"), (44, "usage")])
    func `what is wider than the terminal goes on below what it belongs to`(
        columns: Int,
        command: String
    ) throws {
        let screen = try screen(command, columns: columns)
        let lines = try screen.linesAtEnd()
        #expect(lines.count > 30)
        for line in lines {
            #expect(line.count <= columns)
            // A line that the terminal itself had broken would go on at its first column.
            let isWhole =
                line.isEmpty || line.hasPrefix(" ")
                || line.contains(
                    #/^(plan|report|job|in all|outside|left alone|what goes|\d+ of|ended|[a-z_]+$)/#
                )
            #expect(isWhole, "\(line)")
        }
    }

    @Test func `colours are for terminals, and for nobody who minds`() throws {
        let coloured = try screen("plan", columns: 100).linesAtEnd(withColours: true)
        #expect(coloured.contains { $0.contains("\u{1B}[31m") && $0.contains("goes:") })
        let plain = try screen("plan", columns: 100, environment: ["NO_COLOR=1"])
            .linesAtEnd(withColours: true)
        #expect(plain.contains { $0.contains("goes:") })
        #expect(!plain.contains { $0.contains("\u{1B}") })
        let piped = try BuiltProgram().run(
            ["plan", "--policy", "\(directory.path)/demo/policy.json5", "--state", "/nowhere"],
            environment: ["TERM": "xterm-256color", "COLUMNS": "40"]
        )
        #expect(piped.text.contains("goes:"))
        #expect(!piped.text.contains("\u{1B}"))
        #expect(piped.text.contains { $0 == "\n" })
    }

    @Test func `what takes its time says how far it is, and leaves nothing behind`() throws {
        // A Hadoop that thinks for a while and then knows nothing.
        let gate = "\(directory.path)/gate"
        let hdfs = "\(directory.path)/hdfs"
        let script = "#!/bin/sh\nwhile [ ! -e \(gate) ]; do sleep 0.1; done\nexit 1\n"
        try Data(script.utf8).write(to: URL(filePath: hdfs))
        try ExecutableScript.make(hdfs)
        let policy = "\(directory.path)/policy.json5"
        let text = """
            { stores: { hdfs: { command: ["\(hdfs)"] } },
              jobs: [{ name: "a", savepoints: "hdfs://nn/flink/a" }] }
            """
        try Data(text.utf8).write(to: URL(filePath: policy))
        let screen = try screen("plan", columns: 70, policy: policy)
        try screen.wait { $0.contains { $0.hasPrefix("listing: 0 entries") } }
        try Data().write(to: URL(filePath: gate))
        let lines = try screen.linesAtEnd()
        #expect(!lines.contains { $0.contains("listing:") })
        #expect(lines.contains { $0.contains("job a") })
    }

    @Test func `a line of progress says how much of how much, and how long it will take`() {
        let now = Moment()
        let progress = Progress(clock: MonotonicClock { .seconds(now.seconds) })
        #expect(progress.line == nil)
        progress.begin(.listing)
        now.seconds = 2
        progress.count(.listing, 2_500_000, bytes: 3 << 30)
        #expect(progress.line == "listing: 2,500,000 entries, 3.0 GiB, 1,250,000/s, 2 s")
        progress.begin(.reading, adding: 4000)
        now.seconds = 12
        progress.count(.reading, 1000, bytes: 0)
        #expect(progress.line == "reading metadata: 1,000 of 4,000, 100/s, 30 s left")
        progress.tell(.removing, 1, of: 200, bytes: 1 << 20)
        now.seconds = 22
        #expect(progress.line == "removing: step 1 of 200, 1.0 MiB, 33 min left")
    }

    @Test func `a watched reader hands on everything that a reader can be asked`() throws {
        func text(_ path: String) throws -> String {
            let file = SharedMaterial.checkout.appending(path: path)
            return try String(contentsOf: file, encoding: .utf8)
        }
        let whole = try text("Sources/Storage/StorageReader.swift")
        let start = try #require(whole.range(of: "public protocol StorageReader"))
        let end = try #require(whole.range(of: "\n}", range: start.upperBound..<whole.endIndex))
        let asked = whole[start.upperBound..<end.lowerBound]
            .matches(of: #/(?:func|var) (\w+)/#).map { String($0.1) }
        #expect(asked.count >= 9)
        let own = try text("Sources/JanitorCommands/Terminal/WatchedReader.swift")
        for (name, count) in Dictionary(asked.map { ($0, 1) }, uniquingKeysWith: +) {
            let written = own.components(separatedBy: "inner.\(name)").count - 1
            #expect(written >= count, "\(name)")
        }
    }
}

/// A clock that a test moves.
private final class Moment: @unchecked Sendable {
    var seconds = 0
}
