// SPDX-License-Identifier: Apache-2.0

internal import Reporting

/// A text for people as a terminal shows it: as wide as that, and in its colours.
struct TerminalText {
    /// How many columns there are; nil for no terminal.
    var columns: Int?
    /// Whether it takes colours.
    var isColoured: Bool

    /// The text, line by line.
    func shown(_ text: String) -> String {
        guard columns != nil || isColoured else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let lines = columns.map { Folding.fold(String(line), columns: $0) } ?? [String(line)]
            return lines.map { paint($0, like: line) }.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// A message: what is wrong stands out.
    func message(_ text: String) -> String {
        guard isColoured else { return text }
        for (word, colour) in [("error:", "1;31"), ("warning:", "33")] where text.hasPrefix(word) {
            return "\u{1B}[\(colour)m\(word)\u{1B}[0m\(text.dropFirst(word.count))"
        }
        return text
    }

    /// Verdicts have the colours of the report; jobs and headings are bold.
    private func paint(_ line: String, like whole: Substring) -> String {
        guard isColoured, !line.isEmpty else { return line }
        let colours = [
            ("  goes: ", "31"), ("  would go ", "31"), ("  left alone: ", "33"),
            ("  left alone ", "33"), ("  stays: ", "32"), ("  stays ", "32"), ("job ", "1"),
            ("in all: ", "1"), ("what goes when", "1"), ("left alone", "1"), ("notes", "1"),
            ("outside snapshots", "1"), ("  held back", "1;33"), ("  partial: ", "33"),
        ]
        guard let colour = colours.first(where: { whole.hasPrefix($0.0) })?.1 else { return line }
        return "\u{1B}[\(colour)m\(line)\u{1B}[0m"
    }
}
