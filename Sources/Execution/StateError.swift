// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Storage

/// Why the state directory cannot be used: nothing may be removed without it.
public struct StateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What could not be done to which file, why, and what to do next.
    public let description: String

    /// The same without what to do next.
    var cause: String { String(description.prefix { $0 != "\n" }) }

    init(_ description: String) {
        self.description = description
    }

    init(_ action: String, _ path: String, _ number: Int32) {
        let hint = Self.hint(number)
        description = "cannot \(action) \"\(path)\": \(systemMessage(number))\n  hint: \(hint)"
    }

    init(
        _ action: String,
        _ path: String,
        _ why: String,
        hint: String = "look what else writes there; a damaged file may be moved away"
    ) {
        description = "cannot \(action) \"\(path)\": \(why)\n  hint: \(hint)"
    }

    private static func hint(_ number: Int32) -> String {
        switch number {
        case ENOSPC, EDQUOT: "make room there, or name another state directory with --state DIR"
        case EACCES, EPERM, EROFS:
            "name a state directory that may be written to with --state DIR, or run as its owner"
        case ENOENT, ENOTDIR: "look whether somebody removed the state directory, or part of it"
        default: "look at the disk that the state directory lies on, and try again"
        }
    }
}
