// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import JanitorTestSupport
import Testing

/// A terminal of tmux's in which one command runs.
final class Screen {
    static let program = ["/usr/bin/tmux", "/usr/local/bin/tmux"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let socket: String
    private let mark = "ended with \(UInt32.random(in: 1...UInt32.max))"

    /// Starts a command.
    init(_ command: String, columns: Int, in directory: String) throws {
        socket = "\(directory)/tmux-\(UInt32.random(in: 1...UInt32.max))"
        let line = "\(command); echo; echo \"\(mark)\"; sleep 120"
        try tmux([
            "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "400", line,
        ])
    }

    deinit {
        _ = try? tmux(["kill-server"])
    }

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        let program = BuiltProgram(insteadOfOurs: try #require(Self.program))
        return try program.run(
            ["-S", socket] + arguments,
            environment: [
                "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "TMUX": "", "NO_COLOR": "",
            ]
        ).text
    }

    private func lines(withColours: Bool = false) throws -> [String] {
        try tmux(["capture-pane", "-p"] + (withColours ? ["-e"] : []))
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Waits until the screen shows something.
    func wait(for isThere: ([String]) -> Bool) throws {
        for _ in 0..<600 {
            if isThere(try lines()) { return }
            usleep(100_000)
        }
        Issue.record("the terminal does not show it: \(try lines())")
    }

    /// The screen when the command has ended, without what stands below.
    func linesAtEnd(withColours: Bool = false) throws -> [String] {
        try wait { $0.contains(mark) }
        return Array(try lines(withColours: withColours).prefix { !$0.contains(mark) })
    }
}
