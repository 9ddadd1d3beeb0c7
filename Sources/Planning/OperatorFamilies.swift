// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata

/// Sets of operators, put into families: those that share one, directly or through others; a
/// disjoint-set forest.
struct OperatorFamilies {
    private var numbers: [OperatorID: Int] = [:]
    private var parents: [Int] = []

    mutating func add(_ sets: Set<[OperatorID]>) {
        for set in sets {
            var family: Int?
            for id in set {
                let number = number(of: id)
                let top = top(of: number)
                if let family { parents[top] = self.top(of: family) } else { family = top }
            }
        }
    }

    /// The family of a set that was added; nil for the empty set.
    func family(of set: [OperatorID]) -> Int? {
        set.first.flatMap { numbers[$0] }.map { top(of: $0) }
    }

    private mutating func number(of id: OperatorID) -> Int {
        if let known = numbers[id] { return known }
        numbers[id] = parents.count
        parents.append(parents.count)
        return parents.count - 1
    }

    private func top(of number: Int) -> Int {
        var current = number
        while parents[current] != current { current = parents[current] }
        return current
    }
}
