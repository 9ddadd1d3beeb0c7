// SPDX-License-Identifier: Apache-2.0

/// Keeps the newest so many.
struct KeepLast: RetentionRule {
    let limit: Int
    private var taken = 0

    init(limit: Int) {
        self.limit = limit
    }

    mutating func opinion(on question: RetentionQuestion) -> RetentionOpinion {
        let position = taken + 1
        if question.takesPlace { taken = position }
        return position <= limit
            ? .keep(.amongLast(position: position, limit: limit))
            : .pass(.notAmongLast(position: position, limit: limit))
    }
}
