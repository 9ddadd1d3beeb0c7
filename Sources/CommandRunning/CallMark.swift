// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SnapshotModel
internal import Synchronization

/// A variable in the environment of every child, by which its descendants are known as such.
///
/// Descendants may leave their group and their session, and their parent may be killed; what they
/// inherit stays. `JANITOR_CALL=<process>:<start>:<number>`: who started it, and in which call.
struct CallMark: Hashable, Sendable {
    /// The variable's name.
    static let name: ObjectName = "JANITOR_CALL"

    private static let calls = Atomic<UInt64>(0)
    private static let own = owner(getpid(), start: ProcessStatus(of: getpid())?.start ?? 0)

    /// What the environment of a marked process holds, up to a byte that ends the text.
    let text: String

    /// The mark of all calls of a process.
    static func owner(_ process: Int32, start: UInt64) -> CallMark {
        CallMark(text: "\(process):\(start):")
    }

    /// The mark of a call that nobody made before.
    static func next() -> CallMark {
        let number = calls.wrappingAdd(1, ordering: .relaxed).newValue
        return CallMark(text: "\(own.text)\(number):")
    }

    /// Tells whether a process carries the mark.
    ///
    /// - Returns: False where its environment may not be read; nil where it shows none: for a
    ///   moment none is there while another program takes a process over, and when one ends.
    func isCarried(by process: Int32) -> Bool? {
        let variable = Self.name.bytes + [UInt8(ascii: "=")] + Array(text.utf8)
        // Larger ones than a kernel takes do not exist.
        guard let bytes = fileBeginning("/proc/\(process)/environ", limit: 8 * 1_048_576) else {
            return false
        }
        return bytes.isEmpty
            ? nil : bytes.split(separator: 0).contains { $0.starts(with: variable) }
    }
}
