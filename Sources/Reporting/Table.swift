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

    /// Adds a row, and lines that stand below its last column.
    mutating func add(_ cells: [String], below: [String] = []) {
        rows.append((cells, below))
    }

    /// The lines, each behind the same indent.
    func lines(indent: String) -> [String] {
        let widths = alignments.indices.map { column in
            rows.map { $0.cells[column].count }.max() ?? 0
        }
        let last = alignments.count - 1
        let offset = widths.dropLast().reduce(0) { $0 + $1 + 2 }
        return rows.flatMap { row in
            let cells = row.cells.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                if alignments[column] == .right { return gap + cell }
                return column == last ? cell : cell + gap
            }
            let margin = indent + String(repeating: " ", count: offset)
            return [indent + cells.joined(separator: "  ")] + row.below.map { margin + $0 }
        }
    }
}
