// SPDX-License-Identifier: Apache-2.0

/// Columns of text under one another.
struct Table {
    /// Where a column's text stands.
    enum Alignment {
        case left, right
    }

    private let alignments: [Alignment]
    private var rows: [(cells: [String], below: [String])] = []

    init(_ alignments: [Alignment]) {
        self.alignments = alignments
    }

    /// Adds a row, and lines that stand below it as they are.
    mutating func add(_ cells: [String], below: [String] = []) {
        rows.append((cells, below))
    }

    /// The lines, each behind the same indent.
    func lines(indent: String) -> [String] {
        let widths = alignments.indices.map { column in
            rows.map { $0.cells[column].count }.max() ?? 0
        }
        return rows.flatMap { row in
            let cells = row.cells.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                return alignments[column] == .right ? gap + cell : cell + gap
            }
            let line = indent + cells.joined(separator: "  ")
            return [Wrapped.withoutTrailingSpaces(line)] + row.below
        }
    }
}

/// Text broken into lines.
enum Wrapped {
    /// Sentences one behind the other, broken between words.
    static func lines(_ sentences: [String], width: Int, indent: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in sentences.joined(separator: "; ").split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(indent + line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [indent + line]
    }

    static func withoutTrailingSpaces(_ line: String) -> String {
        String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
    }
}
