// SPDX-License-Identifier: Apache-2.0

package import CommandRunning
package import SnapshotModel
package import Storage

extension StorageError {
    /// Says why a call did not do what it was to do with a place.
    ///
    /// - Parameters:
    ///   - action: What was being done, as a verb.
    ///   - place: With what.
    ///   - answer: What came of the call.
    package init(_ action: String, _ place: StorageURL, _ answer: HadoopShell.Answer) {
        let complaints = answer.complaints
        let line =
            complaints.line(about: place.path) ?? complaints.lines.last
            ?? (answer.result.succeeded ? Self.useless : "\(answer.result.ending)")
        let detail: String
        if let ticket = Self.ticket(complaints) {
            detail = ticket
        } else if case .stopped = answer.result.ending {
            detail = "\(answer.result.ending)"
        } else {
            detail = line
        }
        let reason = Self.reason(line)
        // Of another place that it is not there says nothing of this one.
        let isUnknown = reason == .notFound && !complaints.isMissing(place.path)
        self.init(isUnknown ? .failed : reason, action: action, place: place, detail: detail)
    }

    /// Says what an answer tells that does not add up: of nothing that it is not there (law 2).
    package static func unknown(
        _ action: String,
        _ place: StorageURL,
        _ answer: HadoopShell.Answer
    ) -> StorageError {
        let error = StorageError(action, place, answer)
        if error.reason != .notFound { return error }
        return StorageError(
            .failed,
            action: action,
            place: place,
            detail: "what the client printed does not add up, beside: \(error.detail)"
        )
    }

    /// Says why a call was not started.
    package init(_ action: String, _ place: StorageURL, _ error: CommandError) {
        self.init(
            .failed,
            action: action,
            place: place,
            detail: error.cause,
            hint: error.hint
        )
    }

    /// Of a client that ended well: what it printed is not what it was asked for.
    private static let useless =
        "the client reported success, but what it printed is not whole or cannot be parsed"

    /// What a Kerberos failure comes down to; nil where there is none.
    ///
    /// Source: `org.apache.hadoop.ipc.Client` with `GSSException`: "No valid credentials provided
    /// (Mechanism level: Failed to find any Kerberos tgt)"; `LoginException` from
    /// `UserGroupInformation`.
    private static func ticket(_ complaints: ShellComplaints) -> String? {
        let marks = [
            "Kerberos tgt", "GSS initiate failed", "No valid credentials provided",
            "Ticket expired", "ticket isn't for us",
        ]
        guard complaints.lines.contains(where: { line in marks.contains { line.contains($0) } })
        else { return nil }
        return "there is no valid Kerberos ticket: run kinit, or give the user of the command in "
            + "the policy a keytab"
    }

    /// Source: messages of `FSPermissionChecker`, `FSNamesystem` and `FsShell`, 2.7.4 and 3.4.2.
    private static func reason(_ line: String) -> Reason {
        if line.hasSuffix(": No such file or directory") { return .notFound }
        if line.hasSuffix(": File exists") || line.hasSuffix(": Directory is not empty") {
            return .alreadyExists
        }
        if line.contains("Permission denied") || line.contains("read-only snapshot") {
            return .denied
        }
        return line.contains(" quota ") || line.contains("quota of ") ? .full : .failed
    }
}
