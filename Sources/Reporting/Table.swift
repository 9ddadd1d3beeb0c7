// SPDX-License-Identifier: Apache-2.0

/// Columns of text under one another.
struct Table {
    /// Where a column's text stands.
    enum Alignment {
        case left, right
    }

    /// A cell wider than this stands out by itself and moves nobody else's columns.
    private static let widest = 60

    private let alignments: [Alignment]
    private var rows: [(cells: [String], below: [String])] = []

    init(_ alignments: [Alignment]) {
        self.alignments = alignments
    }

    /// Adds a row, and lines that stand below it as they are.
    ///
    /// - Parameters:
    ///   - cells: One for each column; control characters are made visible.
    ///   - below: Whole lines.
    mutating func add(_ cells: [String], below: [String] = []) {
        rows.append((cells.map(\.printable), below))
    }

    /// The lines, each behind the same indent, without spaces at their ends.
    func lines(indent: String) -> [String] {
        let widths = alignments.indices.map { column in
            rows.map { $0.cells[column].columns }.filter { $0 <= Self.widest }.max() ?? 0
        }
        return rows.flatMap { row in
            // Behind the last text nothing is filled up: a name may end in spaces of its own.
            let last = row.cells.lastIndex { !$0.isEmpty } ?? -1
            let cells = row.cells[...last].enumerated().map { column, cell in
                let atFront = alignments[column] == .right
                return column == last && !atFront
                    ? cell : cell.padded(to: widths[column], atFront: atFront)
            }
            return [indent + cells.joined(separator: "  ")] + row.below
        }
    }
}
