// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// Some weeks in the life of a job: attempts, savepoints, failures, and a clean-up every night.
///
/// State is kept by RocksDB, incrementally and uncompacted, so that each attempt that claims what it
/// is restored from goes on needing files of those before it.
struct FlinkDrill {
    static let settings = ["state.backend.rocksdb.compaction.style": "NONE"]
    /// The sternest policy that is allowed: no undo, no limits, one sighting.
    private static let defaults = """
        { savepoints: { keepLast: 2, keepLabelled: { 'pre-deploy': '25d' } },
          checkpoints: { keepLast: 2 }, orphans: { age: '0h', sightings: 1, apart: '0h' },
          trash: '0d', limits: null }
        """

    let service: FlinkService
    let calls: FlinkCalls
    /// Lets time pass: what is there gets ten days older.
    let letTimePass: () throws -> Void
    /// Makes a running job fail and be restarted by Flink.
    let failOver: () throws -> Void

    /// Makes a drill.
    ///
    /// - Parameters:
    ///   - service: Where the job runs.
    ///   - roots: Where its snapshots lie; nil for the disk of the service.
    ///   - letTimePass: Makes what lies there ten days older, where that can be done.
    ///   - failOver: Makes Flink restart the job; nil for a failure of the job's own.
    /// - Throws: Where the policy cannot be written.
    init(
        _ service: FlinkService,
        roots: FlinkCalls.Roots? = nil,
        letTimePass: ((FlinkCalls.Roots) throws -> Void)? = nil,
        failingOverBy failOver: (() throws -> Void)? = nil
    ) throws {
        self.service = service
        let calls = try FlinkCalls("drill", service, defaults: Self.defaults, roots: roots)
        self.calls = calls
        self.letTimePass = { try letTimePass?(calls.roots) }
        self.failOver = failOver ?? { try calls.signal("fail") }
    }

    // MARK: The job's life

    /// Lives through it, with the last attempt cancelled and one night still to come.
    func live() throws {
        let first = try attempt(from: nil)
        try savepoint()
        try savepoint("--label", "pre-deploy")
        try service.waitForCheckpoint(of: first, count: 2)
        try service.cancel(first)
        try night()

        let second = try attempt(from: try latest("--kind", "checkpoint"))
        try savepoint()
        try night()
        try service.waitForCheckpoint(of: second, count: 2)
        let native = try savepoint("--stop", "--native")
        try night()

        let third = try attempt(from: native, claims: true)
        try savepoint("--label", "pre-deploy")
        try night()
        try failOver()
        try service.wait("Flink restarts it") { try !service.failure(of: third).isEmpty }
        try service.waitForCheckpoint(of: third, count: 2)
        try service.cancel(third)

        let fourth = try attempt(from: try latest("--kind", "checkpoint"), claims: true)
        try savepoint()
        try night()
        try service.waitForCheckpoint(of: fourth, count: 2)
        try service.cancel(fourth)
    }

    private func attempt(from path: String?, claims: Bool = false) throws -> String {
        let settings = Self.settings.merging(["state.checkpoints.dir": calls.roots.checkpoints]) {
            one,
            _ in one
        }
        let id = try service.submit(
            calls.job,
            from: path,
            claims: claims,
            signals: calls.signals,
            settings: settings
        )
        try service.waitForCheckpoint(of: id, count: 2)
        return id
    }

    @discardableResult
    private func savepoint(_ options: String...) throws -> String {
        try line(try calls.ofJob("savepoint", options), "savepoint")
    }

    /// What `janitor latest` prints.
    func latest(_ options: String...) throws -> String {
        try line(try calls.ofJob("latest", options), "latest")
    }

    private func line(_ end: BuiltProgram.End, _ command: String) throws -> String {
        guard end.code == 0, let line = end.text.split(separator: "\n").last else {
            throw TestServiceError("janitor \(command) ended with \(end)")
        }
        return String(line)
    }

    /// A night: time passes, then `janitor run`, whatever runs.
    func night() throws {
        try letTimePass()
        // Metadata that it remembers with other times would make it stop: the times are ours.
        try? FileManager.default.removeItem(atPath: "\(calls.directory.path)/state")
        let run = try calls.janitor("run")
        guard run.code == 0 else { throw TestServiceError("janitor run ended with \(run)") }
    }

    // MARK: The proof

    /// Paths of snapshots by what a plan decides on them: those that are whole.
    func wholeSnapshots(_ verdict: String) throws -> [String] {
        let plan = try calls.janitor("plan", "--json")
        let value = try JSONSerialization.jsonObject(with: Data(plan.text.utf8)) as? [String: Any]
        let snapshots = value?["snapshots"] as? [[String: Any]] ?? []
        return snapshots.filter { $0["closed"] as? Bool == true }
            .filter { $0["verdict"] as? String == verdict }
            .compactMap { $0["path"] as? String }
    }

    /// Lets Flink restore from each of these, and waits until each has proved its state.
    func expectRestore(fromEach paths: [String]) throws {
        for start in stride(from: 0, to: paths.count, by: 3) {
            var ids: [String] = []
            for (index, path) in paths[start..<min(start + 3, paths.count)].enumerated() {
                ids.append(try restore(from: path, parallelism: 1 + index % 2))
            }
            for (id, path) in zip(ids, paths[start...]) {
                // All keys come by between two checkpoints.
                try service.waitForCheckpoint(of: id, count: 2)
                let origin = try service.restoredFrom(id) ?? "nothing"
                #expect(Self.isSame(origin, path), "\(id) was restored from \(origin)")
            }
            for id in ids { try service.cancel(id) }
        }
    }

    /// Lets Flink try to restore from a snapshot.
    ///
    /// - Returns: Why it could not; nil where it could.
    func failureToRestore(from path: String) throws -> String? {
        let id = try restore(from: path, parallelism: 1)
        var failure: String?
        try service.wait("\(id) is restored or fails") {
            if try service.state(of: id) == "FAILED" {
                failure = try service.failure(of: id)
                return true
            }
            return try service.completedCheckpoints(of: id) > 0
        }
        if failure == nil { try service.cancel(id) }
        return failure
    }

    /// Restores without claiming anything, with its own checkpoints elsewhere.
    private func restore(from path: String, parallelism: Int) throws -> String {
        try service.submit(
            "drill-restored",
            from: path,
            parallelism: parallelism,
            settings: Self.settings
        )
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.split(separator: "/").suffix(2) == other.split(separator: "/").suffix(2)
    }
}
