// SPDX-License-Identifier: Apache-2.0

/// Breaks lines that are wider than a terminal, so that what goes on stands below what it belongs to.
public enum Folding {
    /// Breaks one line.
    ///
    /// At the last gap between columns that fits, else at the last space, else in the middle of a
    /// name. What goes on is indented by four more than the line.
    ///
    /// - Parameters:
    ///   - line: Without control characters.
    ///   - columns: How many a line may take; at least 20 are used.
    /// - Returns: The line, or its parts.
    public static func fold(_ line: String, columns: Int) -> [String] {
        let columns = max(20, columns)
        guard line.columns > columns else { return [line] }
        let indent = min(line.prefix { $0 == " " }.count + 4, columns / 2)
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var rest = Substring(line)
        while true {
            let room = lines.isEmpty ? columns : columns - indent
            guard String(rest).columns > room else { break }
            let fitting = Self.prefix(of: rest, columns: room)
            let cut = Self.cut(fitting) ?? fitting.endIndex
            lines.append((lines.isEmpty ? "" : margin) + Self.trimmed(rest[..<cut]))
            rest = rest[cut...].drop { $0 == " " }
        }
        if !rest.isEmpty { lines.append(margin + rest) }
        return lines
    }

    private static func prefix(of text: Substring, columns: Int) -> Substring {
        var used = 0
        var end = text.startIndex
        for index in text.indices {
            used += String(text[index]).columns
            if used > columns { break }
            end = text.index(after: index)
        }
        // A character wider than the room stands by itself all the same.
        return end == text.startIndex ? text.prefix(1) : text[..<end]
    }

    /// Where to break: behind the indent, in the last half, at a gap rather than at a space.
    private static func cut(_ text: Substring) -> Substring.Index? {
        let body = text.drop { $0 == " " }
        if let gap = body.ranges(of: "  ").last?.lowerBound,
            text.distance(from: gap, to: text.endIndex) <= text.count / 2
        {
            return gap
        }
        return body.lastIndex(of: " ")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
