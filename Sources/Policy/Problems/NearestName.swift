// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody meant who wrote something else.
enum NearestName {
    /// The known name that is fewest edits away, case apart; nil where none is near.
    static func of(_ written: String, among known: some Sequence<String>) -> String? {
        let letters = Array(written.lowercased().unicodeScalars)
        guard (2...64).contains(letters.count) else { return nil }
        let limit = max(1, letters.count / 3)
        var best: (name: String, edits: Int)?
        for name in known {
            let candidate = Array(name.lowercased().unicodeScalars)
            guard abs(candidate.count - letters.count) <= limit else { continue }
            let edits = edits(from: letters, to: candidate)
            if edits <= limit, edits < best?.edits ?? .max { best = (name, edits) }
        }
        return best?.name
    }

    /// Insertions, removals, replacements and swaps of neighbours between two texts.
    static func edits(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var fewest = min(
                    last[column] + (isSame ? 0 : 1),
                    last[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    fewest = min(fewest, before[column - 1] + 1)
                }
                current.append(fewest)
            }
            before = last
            last = current
        }
        return last[right.count]
    }
}
