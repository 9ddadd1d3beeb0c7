// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// Why a saved plan is no permission.
public struct SavedPlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What can be wrong with a saved plan.
    public enum Reason: Hashable, Sendable {
        /// The file is not JSON: cut short, damaged, or something else.
        case notJSON
        /// JSON, but not of a plan; what is missing or of another type.
        case notPlan(String)
        /// Of a format that this version does not read.
        case otherFormat(Int, known: Int)
        /// There is no checksum at its end.
        case noChecksum
        /// The checksum is that of another text: damaged or edited.
        case otherChecksum
        /// A key is missing or of another type; which.
        case malformed(String)
        /// A text that should be a time is none.
        case noTime(key: String, text: String)
        /// A condemned snapshot is not described as plans do it.
        case malformedSnapshot(String)
        /// Something condemned outside snapshots is not described as plans do it.
        case malformedObject(String)
        /// A place is listed twice.
        case listedTwice(String)
        /// What is condemned does not lie under its root.
        case outsideRoot(String, root: String)
        /// What is condemned is itself a root.
        case isRoot(String)
    }

    /// What is wrong.
    public let reason: Reason
    /// The file's name.
    public let source: String

    init(_ reason: Reason, _ source: String) {
        self.reason = reason
        self.source = source
    }

    /// What is wrong with which file, and what to do.
    public var description: String { text(NextCommand()) }

    /// The same for whoever gave the file to a command.
    ///
    /// - Parameter next: Writes the command that makes another one.
    /// - Returns: A sentence and a hint.
    public func text(_ next: NextCommand) -> String {
        "cannot use the plan \"\(source.printable)\": \(cause.printable)\n"
            + "  hint: make a new one with: \(next.line("plan", "--save", ObjectName(source)))"
    }

    private var cause: String {
        switch reason {
        case .notJSON: "it is not JSON; it was cut short or damaged, or is something else"
        case .notPlan(let why): "it is not a plan: \(why)"
        case .otherFormat(let format, let known):
            "it has the format \(format), and this version reads \(known)"
        case .noChecksum:
            "it does not end with a checksum; it was cut short, edited, or not written by janitor"
        case .otherChecksum: "it is damaged or was edited: its checksum is that of another text"
        case .malformed(let why): "it is damaged: \(why)"
        case .noTime(let key, let text): "\"\(key)\" is not a time: \"\(text)\""
        case .malformedSnapshot(let path), .malformedObject(let path):
            "\"\(path)\" is not described as it should be"
        case .listedTwice(let path): "it lists \"\(path)\" twice"
        case .outsideRoot(let path, let root): "\"\(path)\" does not lie under its root \"\(root)\""
        case .isRoot(let path): "\"\(path)\" is a root, and roots are never removed"
        }
    }
}
