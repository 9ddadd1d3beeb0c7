// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The process group of a child, as it can be recorded and found again after a kill of its parent.
///
/// The child leads it, and a session of the same number.
public struct ProcessGroup: Hashable, Sendable {
    /// The group's number: the process id of its leader.
    public let id: Int32
    /// When the leader started, in clock ticks since boot, against reuse of numbers; 0 if unknown.
    public let start: UInt64

    /// Makes a group of what was recorded.
    public init(id: Int32, start: UInt64) {
        self.id = id
        self.start = start
    }
}
