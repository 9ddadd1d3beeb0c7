// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Which attempts and savepoints are a job's in roots that several jobs share.
///
/// Nothing in a store says it: the six digits in a savepoint's name are 24 bits, a job that is
/// submitted again has a new id, and two jobs of one template have the same operators.
public struct AttemptClaims: Hashable, Sendable {
    /// Job ids: 32 lower-case hexadecimal digits each.
    public var jobIDs: Set<String>
    /// The six digits in the names of savepoints.
    public var digits: Set<String>
    /// Names of directories straight in the root that Flink did not name.
    public var names: Set<EntryPattern>

    /// Makes claims; without arguments none.
    public init(
        jobIDs: Set<String> = [],
        digits: Set<String> = [],
        names: Set<EntryPattern> = []
    ) {
        self.jobIDs = jobIDs
        self.digits = digits
        self.names = names
    }

    /// Tells whether a directory straight in a shared root is claimed.
    ///
    /// - Parameter entry: Its name.
    /// - Returns: True where a job id, the digits or a pattern say so; patterns never stand for a
    ///   name that Flink or the program gives.
    public func cover(_ entry: ObjectName) -> Bool {
        if RootPattern.isReserved(entry) {
            let name = entry.description
            return jobIDs.contains(name) || digits.contains { name.hasPrefix("savepoint-\($0)-") }
        }
        return names.contains { $0.matches(entry) }
    }
}

/// A name in which `*` stands for any characters, or none.
public struct EntryPattern: Hashable, Sendable {
    /// As the policy has it.
    public let text: String

    /// Makes a pattern.
    ///
    /// - Parameter text: A name, with any number of `*`.
    public init(_ text: String) {
        self.text = text
    }

    /// Tells whether a name fits.
    public func matches(_ name: ObjectName) -> Bool {
        Self.meet(Array(text.utf8), name.bytes.map { $0 }, starInRight: false)
    }

    /// Tells whether there is a name that fits both.
    public func canMeet(_ other: EntryPattern) -> Bool {
        Self.meet(Array(text.utf8), Array(other.text.utf8), starInRight: true)
    }

    /// Whether two texts have a name in common; only in patterns does `*` stand for others.
    private static func meet(_ left: [UInt8], _ right: [UInt8], starInRight: Bool) -> Bool {
        let star = UInt8(ascii: "*")
        // Row by row from the ends: whether the rest of the left meets the rest of the right.
        var below: [Bool] = []
        for row in (0...left.count).reversed() {
            var current = [Bool](repeating: false, count: right.count + 1)
            for column in (0...right.count).reversed() {
                let isLeftStar = row < left.count && left[row] == star
                let isRightStar = starInRight && column < right.count && right[column] == star
                if row == left.count, column == right.count {
                    current[column] = true
                } else if isLeftStar || isRightStar {
                    let passesLeft = row < left.count && (isLeftStar || isRightStar)
                    let passesRight = column < right.count && (isLeftStar || isRightStar)
                    current[column] =
                        passesLeft && below[column] || passesRight && current[column + 1]
                } else if row < left.count, column < right.count, left[row] == right[column] {
                    current[column] = below[column + 1]
                }
            }
            below = current
        }
        return below[0]
    }
}
