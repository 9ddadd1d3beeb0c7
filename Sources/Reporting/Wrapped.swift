// SPDX-License-Identifier: Apache-2.0

/// Text broken into lines.
enum Wrapped {
    /// Sentences one behind the other, broken at single spaces outside of quotation marks.
    ///
    /// A name in quotation marks is never broken, and spaces in a row stay as they are: what is
    /// shown can be copied.
    ///
    /// - Parameters:
    ///   - sentences: Without control characters.
    ///   - width: How many columns a line may take behind its indent, where words allow.
    ///   - indent: Stands in front of each line.
    /// - Returns: The lines; none for no text.
    static func lines(_ sentences: [String], width: Int, indent: String) -> [String] {
        let text = sentences.joined(separator: "; ")
        if isOneLine(text, width: width) { return [indent + text] }
        var lines: [String] = []
        var line = ""
        var columns = 0
        for word in words(text) {
            let wide = word.columns
            if columns > 0, columns + 1 + wide > width {
                lines.append(indent + line)
                line = ""
                columns = 0
            }
            line += columns == 0 ? word : " \(word)"
            columns += columns == 0 ? wide : 1 + wide
        }
        return line.isEmpty ? lines : lines + [indent + line]
    }

    /// Tells quickly that nothing has to be broken: nearly every reason is short and plain.
    private static func isOneLine(_ text: String, width: Int) -> Bool {
        guard !text.isEmpty, text.utf8.count <= width, text.utf8.last != UInt8(ascii: " ") else {
            return false
        }
        return text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    private static func words(_ text: String) -> [String] {
        let characters = Array(text)
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for (index, character) in characters.enumerated() {
            if character == "\"" { isQuoted.toggle() }
            let isBetweenSpaces =
                index > 0 && characters[index - 1] == " "
                || index + 1 < characters.count && characters[index + 1] == " "
            if character == " ", !isQuoted, !isBetweenSpaces, !word.isEmpty {
                words.append(word)
                word = ""
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
