// SPDX-License-Identifier: Apache-2.0

internal import Execution
internal import Foundation
internal import Glibc
internal import LocalStorage
internal import Planning
internal import Policy
internal import SnapshotModel
internal import Storage

/// An error that a command ends with.
struct CommandFailure: Error {
    let code: ExitCode
    let message: String
}

/// What commands are given of the world outside.
struct CommandContext {
    /// Environment variables.
    let environment: [String: String]
    /// The time at the start.
    let now: Instant
    /// Reads the time again.
    let clock: () -> Instant
    /// Absolute path of the working directory.
    let workingDirectory: ObjectName
    /// Random hexadecimal digits.
    let token: String
    /// The user's number.
    let userID: UInt32
    /// The signal that asks for an end; nil while there is none.
    let shouldStop: () -> Int32?
    let console: Console

    /// The reader of the store that a place lies in; nil where this build has none.
    ///
    /// Below the place, which is a root wherever many objects are read, it follows no link.
    func reader(for place: StorageURL) -> (any StorageReader)? {
        place.scheme == "file" ? LocalStorage(roots: [place]) : nil
    }

    /// Where the policy is, by option, environment or custom.
    func policyFile(_ arguments: ParsedArguments) -> String {
        arguments[.policy]?.description ?? environment["JANITOR_POLICY"]
            ?? "/etc/janitor/policy.json5"
    }

    /// Reads the policy.
    ///
    /// - Parameter arguments: The command's.
    /// - Returns: A sound policy.
    /// - Throws: `CommandFailure` with everything that is wrong with it.
    func policy(_ arguments: ParsedArguments) throws -> JanitorPolicy {
        let file = policyFile(arguments)
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: absolute(ObjectName(file)).description))
        } catch {
            throw CommandFailure(
                code: .usage,
                message: "cannot read the policy \"\(file)\": "
                    + (error as NSError).localizedDescription
                    + "\n  hint: name one with --policy FILE or in $JANITOR_POLICY"
            )
        }
        do {
            return try PolicyDecoder.decode(Array(bytes), source: file)
        } catch {
            throw CommandFailure(code: .usage, message: "\(error)")
        }
    }

    /// The state directory, by option, environment or custom.
    func state(_ arguments: ParsedArguments) -> StateDirectory {
        if let given = arguments[.state] { return StateDirectory(absolute(given).description) }
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") {
            return StateDirectory("\(base)/janitor")
        }
        if userID == 0 { return StateDirectory("/var/lib/janitor") }
        return StateDirectory("\(environment["HOME"] ?? "/tmp")/.local/state/janitor")
    }

    /// A path argument as a place: a URL with a scheme, or a local path.
    func place(_ argument: ObjectName) throws -> StorageURL {
        let isURL = argument.bytes.firstIndex(of: UInt8(ascii: ":")).map { colon in
            colon > 0 && argument.bytes[..<colon].allSatisfy { ($0 | 0x20) >= 0x61 }
                && argument.bytes.dropFirst(colon + 1).first == UInt8(ascii: "/")
        }
        if isURL == true {
            guard let url = StorageURL(parsing: argument) else {
                throw CommandFailure(
                    code: .usage,
                    message: "\"\(argument)\" is no place in a store"
                )
            }
            return url
        }
        return StorageURL(scheme: "file", path: absolute(argument))
    }

    /// A local path with the working directory in front and without `.` and `..`.
    func absolute(_ path: ObjectName) -> ObjectName {
        let slash = [UInt8(ascii: "/")]
        let full =
            path.bytes.first == UInt8(ascii: "/")
            ? path : ObjectName(workingDirectory.bytes + slash + path.bytes)
        var parts: [ObjectName] = []
        for part in full.components where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return ObjectName(slash + Array(parts.map(\.bytes).joined(separator: slash)))
    }

    /// Reads the moment that `--at` gives.
    func moment(_ arguments: ParsedArguments) throws -> Instant {
        guard let text = arguments[.at]?.description else { return now }
        for candidate in [text, "\(text)T00:00:00Z"] {
            if let instant = Instant(candidate) { return instant }
        }
        throw CommandFailure(
            code: .usage,
            message: "cannot read the time \"\(text)\"\n"
                + "  hint: write it as 2026-11-22T02:00:00Z or 2026-11-22"
        )
    }
}
