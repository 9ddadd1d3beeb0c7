// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Something that happens to a process at one of its calls to a file system: of those that change
/// something, or of those that look.
///
/// Carried out by the library `FaultShim`, which is loaded before the program.
public struct Fault: Hashable, Sendable, CustomStringConvertible {
    /// What happens.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// SIGKILL right before the call.
        case before
        /// SIGKILL after half of the bytes of a write.
        case within
        /// SIGKILL right after the call.
        case after
        /// SIGSTOP right before the call.
        case stop
        /// Half of the bytes are read or written.
        case half
        /// The call fails and does nothing.
        case EIO, ENOSPC, EACCES, ENOENT, EXDEV, EROFS, ESTALE, EEXIST

        /// The process does not outlive it.
        public var isKill: Bool { self == .before || self == .within || self == .after }
    }

    /// The number of the call, from 1.
    public var position: Int
    /// What happens.
    public var kind: Kind
    /// Every later call fails as well.
    public var stays = false
    /// What fails is done all the same: the answer got lost.
    public var isDone: Bool
    /// Calls that look are counted, not those that change something.
    public var looks: Bool
    /// Only calls on paths that begin so count.
    public var under: String?
    /// Only calls of these names count, joined by commas.
    public var calls: String?

    /// Makes a fault of its parts.
    public init(
        _ kind: Kind,
        at position: Int,
        stays: Bool = false,
        isDone: Bool = false,
        looks: Bool = false,
        under: String? = nil,
        calls: String? = nil
    ) {
        self.kind = kind
        self.position = position
        self.stays = stays
        self.isDone = isDone
        self.looks = looks
        self.under = under
        self.calls = calls
    }

    /// The variables that make it happen.
    public var environment: [String: String] {
        var variables = Self.counting
        variables["FAULT_AT"] = "\(position)"
        variables["FAULT_HOW"] = kind.rawValue
        if stays { variables["FAULT_STAYS"] = "1" }
        if isDone { variables["FAULT_DONE"] = "1" }
        if looks { variables.merge(Self.looking) { $1 } }
        variables["FAULT_UNDER"] = under
        variables["FAULT_CALLS"] = calls
        return variables
    }

    /// The variables that load the library and let nothing happen.
    public static let counting = ["LD_PRELOAD": "\(BuiltProgram.builtFolder)/libFaultShim.so"]

    /// The variable that has the calls counted that look.
    public static let looking = ["FAULT_LOOKS": "1"]

    /// The variables that put the clock ahead, or behind.
    public static func clock(aheadBySeconds seconds: Int) -> [String: String] {
        counting.merging(["FAULT_CLOCK": "\(seconds)"]) { $1 }
    }

    /// For example `call 17: ENOSPC`.
    public var description: String {
        "call \(position)\(looks ? " that looks" : ""): \(kind.rawValue)\(isDone ? ", and done" : "")"
    }
}
