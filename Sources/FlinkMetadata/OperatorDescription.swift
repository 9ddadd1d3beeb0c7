// SPDX-License-Identifier: Apache-2.0

/// An operator of the job that a snapshot is of.
///
/// Source: `org.apache.flink.runtime.checkpoint.OperatorState`.
public struct OperatorDescription: Hashable, Sendable {
    /// The operator's id.
    public let id: OperatorID
    /// Its name; nil before Flink 2.0 and where it has none.
    public let name: String?
    /// The uid that its author gave; nil before Flink 2.0 and where there is none.
    public let uid: String?
    /// Number of its subtasks.
    public let parallelism: Int
    /// Number of its key groups.
    public let maxParallelism: Int
    /// Whether all its subtasks had finished.
    ///
    /// Source: FLIP-147 (Flink 1.14 and later), written as −1 subtasks.
    public let isFullyFinished: Bool
    /// How many subtasks are listed; may be fewer than its parallelism.
    public let subtaskCount: Int

    /// Makes a value of its parts.
    public init(
        id: OperatorID,
        name: String?,
        uid: String?,
        parallelism: Int,
        maxParallelism: Int,
        isFullyFinished: Bool,
        subtaskCount: Int
    ) {
        self.id = id
        self.name = name
        self.uid = uid
        self.parallelism = parallelism
        self.maxParallelism = maxParallelism
        self.isFullyFinished = isFullyFinished
        self.subtaskCount = subtaskCount
    }
}

/// The 16 bytes that identify an operator.
public struct OperatorID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes in the file's order.
    public let first: UInt64
    /// The last eight bytes in the file's order.
    public let last: UInt64

    /// Makes an id of its bytes, as two big-endian numbers.
    public init(first: UInt64, last: UInt64) {
        self.first = first
        self.last = last
    }

    /// Tells whether an id comes before another in the order of their bytes.
    public static func < (left: OperatorID, right: OperatorID) -> Bool {
        (left.first, left.last) < (right.first, right.last)
    }

    /// 32 lower-case hexadecimal digits, as Flink prints them.
    ///
    /// Source: `org.apache.flink.util.AbstractID.toHexString`.
    public var description: String {
        [first, last].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
