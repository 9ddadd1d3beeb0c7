// SPDX-License-Identifier: Apache-2.0

/// A stack trace, cut down to what people need of it.
struct JavaFailure {
    /// What failed, then the last two causes of it, the innermost last, in one line.
    let summary: String

    /// Cuts a stack trace, or the text of an exception, down.
    ///
    /// - Parameter trace: As Java prints it: lines that begin with `at` name places in its code.
    init(_ trace: String) {
        let lines = trace.split(whereSeparator: \.isNewline).map { line in
            String(line.drop(while: \.isWhitespace))
        }
        let causes = lines.filter { $0.hasPrefix("Caused by: ") }.map { $0.dropFirst(11) }
        let messages = lines.filter { !$0.hasPrefix("at ") && !$0.hasPrefix("... ") }
        let first: Substring = messages.first?[...] ?? "no reason is given"
        var text = Self.plain(first)
        for cause in causes.suffix(2) {
            let plain = Self.plain(cause)
            // An exception without words of its own has those of its cause.
            if !text.hasSuffix(plain) { text += ": \(plain)" }
        }
        summary = String(text.prefix(600))
    }

    /// Leaves out names of wrapping exceptions and packages in front of a message.
    private static func plain(_ line: Substring) -> String {
        var rest = line
        while let colon = rest.firstIndex(of: ":") {
            let name = rest[..<colon]
            let isWrapper =
                name.hasSuffix("CompletionException") || name.hasSuffix("ExecutionException")
                || name.hasSuffix("RestHandlerException")
            let after = rest[rest.index(after: colon)...].drop(while: \.isWhitespace)
            guard isWrapper, !after.isEmpty, !name.contains(" ") else { break }
            rest = after
        }
        guard let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains(" "),
            let dot = rest[..<colon].lastIndex(of: ".")
        else { return String(rest) }
        return String(rest[rest.index(after: dot)...])
    }
}

extension String {
    /// The text with its line ends and control characters as spaces.
    var oneLine: String {
        String(map { $0.isNewline || $0.asciiValue.map { $0 < 32 } == true ? " " : $0 })
    }
}
