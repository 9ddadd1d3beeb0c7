// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// What is not known of things in the trash, and the ways out of that.
extension StorageError {
    /// Says that something may lie in the trash of whoever moved it.
    ///
    /// - Parameters:
    ///   - reason: What kind of error it is.
    ///   - action: What was being done, as a verb.
    ///   - place: With what.
    ///   - move: What was not found, of which nobody has said where it went.
    ///   - runs: What can be given up; none where there is nothing to give up yet.
    init(
        _ reason: Reason,
        _ action: String,
        _ place: StorageURL,
        unknown move: TrashedPlaces.Move,
        orGiveUp runs: [ObjectName]
    ) {
        let verb = move.isCertain ? "moved" : "may have moved"
        let error = StorageError(
            reason,
            action: action,
            place: place,
            detail: """
                "\(move.place)", which the run "\(move.run)" \(verb) into the trash, is not in \
                that of the user that the command runs as: it may lie in another user's, and protect \
                what it needs
                """
        )
        self = error.orGiveUp(runs)
    }

    /// The same error with the way out of it.
    ///
    /// - Parameter runs: What can be given up; none where there is nothing to give up yet.
    /// - Returns: The error.
    func orGiveUp(_ runs: [ObjectName]) -> StorageError {
        let names = runs.map(\.description).joined(separator: " ")
        let rest = "give up what cannot be undone any more with: janitor trash empty \(names)"
        return StorageError(
            reason,
            action: action,
            place: place,
            detail: "\(detail); run it as the user that moved it there"
                + (runs.isEmpty ? "" : ", or \(rest)")
        )
    }
}
