// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel

/// Calls of the program for one job that has the same name in the policy and in Flink.
struct FlinkCalls {
    let job: String
    let service: FlinkService
    let directory: TemporaryDirectory
    /// URLs of the job's roots.
    let roots: Roots

    /// Where a job's snapshots lie.
    struct Roots {
        let savepoints: String
        let checkpoints: String
        /// The policy's `stores`.
        var stores = "{}"
    }

    /// Writes the policy.
    ///
    /// - Parameters:
    ///   - job: How the job's name begins.
    ///   - service: Where it runs.
    ///   - flink: The policy's `flink`; nil for the REST interface of the service.
    ///   - defaults: The policy's `defaults`.
    ///   - roots: Where its snapshots lie; nil for the disk of the service.
    /// - Throws: Where the policy cannot be written.
    init(
        _ job: String,
        _ service: FlinkService,
        flink: String? = nil,
        defaults: String = "{}",
        roots: Roots? = nil
    ) throws {
        // A cluster that is left running has what earlier tests made.
        let job = "\(job)-\(UInt16.random(in: 0x1000...0xFFFF).description)"
        self.job = job
        self.service = service
        self.roots =
            roots
            ?? Roots(
                savepoints: "file://\(service.savepoints(of: job))",
                checkpoints: "file://\(service.checkpoints(of: job))"
            )
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: service.savepoints(of: job),
            withIntermediateDirectories: true
        )
        try write(flink: flink, defaults: defaults)
    }

    /// Writes the policy anew.
    func write(flink: String? = nil, defaults: String = "{}") throws {
        let text = """
            { stores: \(roots.stores), defaults: \(defaults), jobs: [ { name: '\(job)',
                savepoints: '\(roots.savepoints)', checkpoints: '\(roots.checkpoints)',
                flink: \(flink ?? "{ rest: '\(service.rest)' }") } ] }
            """
        try directory.write("policy.json5", Array(text.utf8))
    }

    /// The options that every call gets.
    private var options: [String] {
        ["--policy", "\(directory.path)/policy.json5", "--state", "\(directory.path)/state"]
    }

    /// Runs a command to its end.
    func janitor(_ arguments: String...) throws -> BuiltProgram.End {
        try BuiltProgram().run(arguments + options)
    }

    /// Runs a command that names the job.
    func ofJob(_ command: String, _ arguments: String...) throws -> BuiltProgram.End {
        try ofJob(command, arguments)
    }

    /// Runs a command that names the job.
    func ofJob(_ command: String, _ arguments: [String]) throws -> BuiltProgram.End {
        try BuiltProgram().run([command, "--job", job] + arguments + options)
    }

    /// Starts a command that names the job.
    func startOfJob(_ command: String, _ arguments: String...) throws -> RunningProgram {
        try BuiltProgram().start([command, "--job", job] + arguments + options)
    }

    // MARK: Signals

    /// The directory that a job is to look for signals in.
    var signals: String { "\(directory.path)/signals" }

    /// Tells a job that looks here something: `hold` or `fail`.
    func signal(_ name: ObjectName) throws {
        try directory.write(ObjectName("signals").appending(name))
    }

    /// Lets a job go on that is held up.
    func release() throws { try directory.delete("signals/hold") }

    /// Submits the job, waits for its first checkpoint and holds it up: a savepoint takes until
    /// `release()`.
    func runHeld() throws -> String {
        let id = try service.run(job, signals: signals)
        try signal("hold")
        return id
    }

    // MARK: What is there

    /// Names of the job's savepoints.
    var savepoints: [String] {
        let path = service.savepoints(of: job)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix("savepoint-") }.sorted()
    }

    /// The notes of savepoints under way, as text.
    var notes: String {
        let file = "\(directory.path)/state/savepoints.json"
        return (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    }

    /// Makes the note of a savepoint under way so many minutes old, however long the machine took since.
    func setNoteAge(minutes: Int64) throws {
        let mark = "\"triggered\" : "
        guard let found = notes.firstRange(of: mark) else { throw TestServiceError("no note") }
        let digits = notes[found.upperBound...].prefix(while: \.isNumber)
        let time = Instant(Date()).advanced(byNanoseconds: -minutes * 60_000_000_000)
        let changed = notes.replacing(digits, with: "\(time.nanoseconds)")
        try directory.write("state/savepoints.json", Array(changed.utf8))
    }
}

extension BuiltProgram.End {
    /// The only line that was printed, without the scheme that Flink writes: `/sp/savepoint-…`.
    var localPath: String {
        let line = text.split(separator: "\n").last ?? ""
        return String(line.drop { $0 != "/" }).replacing("///", with: "/")
    }
}
