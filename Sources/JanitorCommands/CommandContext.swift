// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Execution
internal import Foundation
internal import Glibc
internal import ListingFiles
internal import Planning
internal import Policy
internal import Reporting
internal import SnapshotModel
internal import Storage

/// An error that a command ends with.
struct CommandFailure: Error {
    let code: ExitCode
    let message: String

    /// Nothing here reaches a place's store.
    static func noBackend(for place: StorageURL) -> CommandFailure {
        CommandFailure(
            code: .usage,
            message: "cannot reach \"\(place)\": this build has no backend for it\n"
                + "  hint: write it as hdfs://host/path, s3://bucket/key or a local path"
        )
    }
}

/// What commands are given of the world outside.
struct CommandContext {
    /// Environment variables.
    let environment: [String: String]
    /// The time at the start.
    let now: Instant
    /// Reads the time again.
    let clock: @Sendable () -> Instant
    /// Absolute path of the working directory.
    let workingDirectory: ObjectName
    /// Random hexadecimal digits.
    let token: String
    /// The user's number.
    let userID: UInt32
    /// The signal that asks for an end; nil while there is none.
    let shouldStop: () -> Int32?
    let console: Console
    /// The way to the command lines of others.
    let runner: any CommandRunner
    /// The whole environment as bytes, `NAME=value`; children get a part of it.
    let environmentEntries: [ObjectName]

    /// What reaches the stores, as a policy describes them or, without one, as built in.
    ///
    /// One value for the whole of a command: what a backend learnt in one call helps it in the next.
    ///
    /// - Parameters:
    ///   - policy: A sound policy; nil where there is none.
    ///   - state: The state directory, for whatever decides what is needed.
    /// - Returns: The backends.
    func backends(_ policy: JanitorPolicy?, _ state: StateDirectory? = nil) -> Backends {
        let progress = console.progress
        return Backends(
            stores: policy?.stores ?? .builtIn,
            environment: environment,
            runner: runner,
            state: state,
            watching: { reader in
                progress.map { WatchedReader(inner: reader, progress: $0) } ?? reader
            }
        )
    }

    /// The readers of a command that may be given a listing in a file.
    func readers(
        _ policy: JanitorPolicy,
        _ arguments: ParsedArguments
    ) throws -> (StorageURL) -> (any StorageReader)? {
        let backends = backends(policy, try state(arguments))
        guard let listing = arguments[.listing] else { return backends.reader(for:) }
        let path = try file(listing)
        let memory = ListingMemory()
        return { place in
            backends.reader(for: place).map { ListingFileReader(path, live: $0, memory: memory) }
        }
    }

    /// An option's file, or a variable's, as an absolute path.
    ///
    /// - Throws: `CommandFailure` where the path is not UTF-8: another file must never stand for it.
    func file(_ path: ObjectName) throws -> String {
        let path = absolute(path)
        guard path.isUTF8 else {
            throw CommandFailure(
                code: .usage,
                message: "cannot use the path \"\(path)\": it is not UTF-8\n"
                    + "  hint: give policies, plans and the state directory another name"
            )
        }
        return path.description
    }

    /// The file that metrics go into, by option or policy; nil for none.
    func metricsFile(_ policy: JanitorPolicy, _ arguments: ParsedArguments) throws -> String? {
        try arguments[.metrics].map { try file($0) } ?? policy.metrics
    }

    /// The policy that is named, by option or environment; nil where none is.
    private func namedPolicy(_ arguments: ParsedArguments) -> ObjectName? {
        if let given = arguments[.policy] { return given }
        let variable = environment["JANITOR_POLICY"] ?? ""
        return variable.isEmpty ? nil : ObjectName(variable)
    }

    private static let usualPolicy = "/etc/janitor/policy.json5"

    /// Reads the policy, unless none is named and there is none at the usual place.
    ///
    /// - Throws: `CommandFailure` where there is one and it is wrong or does not read.
    func policyWhereThereIsOne(_ arguments: ParsedArguments) throws -> JanitorPolicy? {
        let isThere =
            namedPolicy(arguments) != nil || access(Self.usualPolicy, F_OK) == 0 || errno != ENOENT
        return isThere ? try policy(arguments) : nil
    }

    /// Reads the policy.
    ///
    /// - Parameter arguments: The command's.
    /// - Returns: A sound policy.
    /// - Throws: `CommandFailure` with everything that is wrong with it.
    func policy(_ arguments: ParsedArguments) throws -> JanitorPolicy {
        let named = namedPolicy(arguments) ?? ObjectName(Self.usualPolicy)
        let path = try file(named)
        let file = named.description
        let bytes: Data
        do throws(ByteSourceError) {
            bytes = try InputFile.read(path)
        } catch {
            throw CommandFailure(
                code: .usage,
                message: "cannot read the policy \"\(file)\": \(error)\n"
                    + "  hint: name one with --policy FILE or in $JANITOR_POLICY"
            )
        }
        do {
            return try PolicyDecoder.decode(Array(bytes), source: file)
        } catch {
            throw CommandFailure(code: .usage, message: "\(error)")
        }
    }

    /// Writes commands that use the policy and the state directory as this one was given them.
    func next(_ arguments: ParsedArguments) -> NextCommand {
        NextCommand(policy: arguments[.policy], state: arguments[.state])
    }

    /// The state directory, by option, environment or custom.
    ///
    /// - Throws: `CommandFailure` where nothing says where it is.
    func state(_ arguments: ParsedArguments) throws -> StateDirectory {
        let shard = try shard(arguments)
        if let given = arguments[.state] { return StateDirectory(try file(given), shard: shard) }
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") {
            return StateDirectory("\(base)/janitor", shard: shard)
        }
        if userID == 0 { return StateDirectory("/var/lib/janitor", shard: shard) }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw CommandFailure(
                code: .usage,
                message: "cannot tell where the state directory is: $HOME is not set\n"
                    + "  hint: name it with --state DIR or in $XDG_STATE_HOME"
            )
        }
        return StateDirectory("\(home)/.local/state/janitor", shard: shard)
    }

    /// The part of the jobs that `--shard` names; nil for all of them.
    func shard(_ arguments: ParsedArguments) throws -> JobShard? {
        guard let text = arguments[.shard]?.description else { return nil }
        if let shard = JobShard(parsing: text) { return shard }
        throw CommandFailure(
            code: .usage,
            message: "cannot use the part \"\(text)\": it is not a number below another\n"
                + "  hint: write --shard 0/4 for the first of four parts"
        )
    }

    /// A path argument as a place: a URL with a scheme, or a local path.
    ///
    /// - Throws: `CommandFailure` where it is empty or no place.
    func place(_ argument: ObjectName) throws -> StorageURL {
        // An empty variable of somebody's script never means the working directory.
        guard !argument.bytes.isEmpty else {
            throw CommandFailure(
                code: .usage,
                message: "\"\" names no path\n  hint: write \".\" for the working directory"
            )
        }
        guard Self.hasScheme(argument) else {
            return StorageURL(scheme: "file", path: absolute(argument))
        }
        guard let url = StorageURL(parsing: argument) else {
            throw CommandFailure(
                code: .usage,
                message: "\"\(argument)\" is not a place in a store\n"
                    + "  hint: write it as hdfs://host/path, s3://bucket/key or a local path"
            )
        }
        // Local paths mean the same with a scheme and without.
        return url.scheme == "file" && url.authority.isEmpty
            ? StorageURL(scheme: "file", path: absolute(url.path)) : url
    }

    /// Tells whether a text begins as URLs do: a letter, letters or digits, `:/`.
    private static func hasScheme(_ text: ObjectName) -> Bool {
        guard let colon = text.bytes.firstIndex(of: UInt8(ascii: ":")),
            text.bytes.dropFirst(colon + 1).first == UInt8(ascii: "/")
        else { return false }
        let scheme = String(decoding: text.bytes[..<colon], as: UTF8.self)
        return scheme.wholeMatch(of: /[A-Za-z][A-Za-z0-9+.\-]*/) != nil
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

    /// How long `--wait` lets a command wait for locks, in nanoseconds; 0 where it is not given.
    func lockWait(_ arguments: ParsedArguments) throws -> Int64 {
        guard let text = arguments[.wait]?.description else { return 0 }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        if let unit = text.last.flatMap({ units[$0] }), let amount = Int64(text.dropLast()),
            (0...36_500 * 86_400 / unit).contains(amount)
        {
            return amount * unit * 1_000_000_000
        }
        throw CommandFailure(
            code: .usage,
            message: "cannot read the duration \"\(text)\"\n"
                + "  hint: write a whole number and one of s, m, h, d: --wait 10m"
        )
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
