// SPDX-License-Identifier: Apache-2.0

internal import Planning
internal import Storage

/// What is said of how long things can be brought back.
public enum UndoPromise {
    /// What is promised where there is an undo.
    ///
    /// - Parameters:
    ///   - time: How long, as the policy says it; nil where there is none.
    ///   - limit: What of the store's own may end it sooner.
    /// - Returns: Words to stand behind a root.
    public static func text(for time: String?, limit: String?) -> String {
        guard let time else { return "no undo" }
        return "undo for \(time)" + (limit.map { ", or for \($0) if that is shorter" } ?? "")
    }

    /// What is said where the store was not reached.
    public static let unknown = "undo not known"
}

extension PlannedRoot {
    /// Whether there is an undo, and for how long.
    var undoText: String {
        if case .incomplete = outcome { return UndoPromise.unknown }
        if !isUndoKnown { return UndoPromise.unknown }
        return UndoPromise.text(for: undo, limit: undoLimit)
    }
}
