// SPDX-License-Identifier: Apache-2.0

/// The versions of the format that are read, and all in which they differ.
///
/// Source: the commits that introduced them in apache/flink: version 2 in 1.3, 3 in 1.11
/// (`19619662091`), 4 in 1.16 (FLINK-28597), 5 in 2.0 (FLINK-36001), 6 in 2.1 (FLINK-33734).
enum FormatVersion: Int32, CaseIterable {
    case two = 2
    case three
    case four
    case five
    case six

    /// Chain length of an operator, duration and legacy state of a subtask: read and dropped.
    var hasLegacyFields: Bool { self == .two }
    /// Coordinator state, and finished operators and subtasks as negative numbers.
    var hasCoordinators: Bool { rawValue >= 3 }
    /// In-flight data of unaligned checkpoints.
    var hasChannels: Bool { rawValue >= 3 }
    /// Checkpoint properties at the end.
    var hasProperties: Bool { rawValue >= 4 }
    /// Name and uid in front of each operator.
    var hasOperatorNames: Bool { rawValue >= 5 }
    /// A kind in front of each channel handle.
    var hasChannelKinds: Bool { rawValue >= 6 }

    /// The fewest bytes of an operator: id, two parallelisms, what the version adds, a count.
    var minimumOperatorSize: Int64 {
        (hasOperatorNames ? 4 : 0) + 24 + (hasLegacyFields ? 4 : 1) + 4
    }

    /// The fewest bytes of a subtask: its index, and state unless it can be finished.
    var minimumSubtaskSize: Int64 { hasLegacyFields ? 26 : 4 }

    /// The fewest bytes of a channel handle: a single one, or a merged one where there are such.
    var minimumChannelSize: Int64 { hasChannelKinds ? 18 : 25 }
}
