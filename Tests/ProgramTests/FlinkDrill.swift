// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// Some weeks in the life of a job: attempts, savepoints, failures, and a clean-up every night.
///
/// State is kept by RocksDB, incrementally and uncompacted, so that each attempt that claims what it
/// is restored from goes on needing files of those before it. First in, first out, nothing is
/// compacted and no number of files stops a flush, which with `NONE` hangs for good at twenty.
struct FlinkDrill {
    static let settings = ["state.backend.rocksdb.compaction.style": "FIFO"]
    /// The sternest policy that is allowed: no undo, no limits, one sighting.
    private static let defaults = """
        { savepoints: { keepLast: 2, keepLabelled: { 'pre-deploy': '25d' } },
          checkpoints: { keepLast: 2 }, orphans: { age: '0h', sightings: 1, apart: '0h' },
          trash: '0d', limits: null }
        """

    let service: FlinkService
    let calls: FlinkCalls
    let store: any DrillStore
    /// Makes a running job fail and be restarted by Flink.
    private let failOver: () throws -> Void

    /// Makes a drill.
    ///
    /// - Parameters:
    ///   - service: Where the job runs.
    ///   - roots: Where its snapshots lie; nil for the disk of the service.
    ///   - failOver: Makes Flink restart the job; nil for a failure of the job's own.
    ///   - store: What the roots lie on.
    /// - Throws: Where the policy cannot be written.
    init(
        _ service: FlinkService,
        roots: FlinkCalls.Roots? = nil,
        failingOverBy failOver: (() throws -> Void)? = nil,
        store: (FlinkCalls.Roots) throws -> any DrillStore
    ) throws {
        self.service = service
        let calls = try FlinkCalls("drill", service, defaults: Self.defaults, roots: roots)
        self.calls = calls
        self.store = try store(calls.roots)
        self.failOver = failOver ?? { try calls.signal("fail") }
    }

    // MARK: The job's life

    /// Lives through the least that shows it: an attempt goes on needing files of one before it.
    func liveBriefly() throws {
        let first = try attempt(from: nil)
        try savepoint("--label", "pre-deploy")
        try service.cancel(first)
        let second = try attempt(from: try latest("--kind", "checkpoint"), claims: true)
        try savepoint()
        try savepoint()
        try night()
        try savepoint()
        try service.cancel(second)
    }

    /// Lives through all of it, with the last attempt cancelled and one clean-up still to come.
    func live() throws {
        let first = try attempt(from: nil)
        try pin(try savepoint())
        try savepoint("--label", "pre-deploy")
        try checkpoint(first)
        try service.cancel(first)
        try night()

        let retained = try latest("--kind", "checkpoint")
        #expect(retained.contains("/\(first)/"), "\(retained) is not of \(first)")
        let second = try attempt(from: retained)
        try savepoint()
        try night()
        try checkpoint(second)
        let native = try savepoint("--stop", "--native")
        try night()

        let third = try attempt(from: native, claims: true)
        try savepoint("--label", "pre-deploy")
        try night()
        // Flink goes back to a checkpoint: with none after the savepoint it would live twice.
        try checkpoint(third)
        try failOver()
        try service.wait("Flink restarts it") { try !service.failure(of: third).isEmpty }
        try checkpoint(third)
        try service.cancel(third)

        try expectBrokenCheckpoints(of: third)
        let saved = try latest()
        #expect(saved.contains("savepoint-\(third.prefix(6))-"), "\(saved) is not of \(third)")
        let fourth = try attempt(from: saved)
        try savepoint()
        try night()
        try service.cancel(fourth)

        let last = try latest("--kind", "checkpoint")
        #expect(last.contains("/\(fourth)/"), "\(last) is not of \(fourth)")
        let fifth = try attempt(from: last, claims: true)
        try savepoint()
        try savepoint()
        try night()
        try checkpoint(fifth)
        try service.cancel(fifth)
    }

    private func attempt(from path: String?, claims: Bool = false) throws -> String {
        let own = [
            "state.checkpoints.dir": calls.roots.checkpoints,
            "execution.checkpointing.interval": store.checkpointsComeOften ? "1s" : "60s",
            // A TaskManager that was killed takes a while to be there again.
            "restart-strategy.type": "fixed-delay",
            "restart-strategy.fixed-delay.attempts": "100",
            "restart-strategy.fixed-delay.delay": "500ms",
        ]
        let id = try service.submit(
            calls.job,
            from: path,
            claims: claims,
            signals: calls.signals,
            settings: Self.settings.merging(own) { $1 }
        )
        try checkpoint(id, count: 2)
        return id
    }

    /// Waits until checkpoints are complete, and asks for them where they come too rarely.
    private func checkpoint(_ id: String, count: Int = 1) throws {
        if store.checkpointsComeOften {
            try service.waitForCheckpoint(of: id, count: count)
        } else {
            try service.takeCheckpoints(of: id, count: count)
        }
    }

    @discardableResult
    private func savepoint(_ options: String...) throws -> String {
        try line(try calls.ofJob("savepoint", options), "savepoint")
    }

    private func pin(_ path: String) throws {
        let end = try calls.janitor("pin", path)
        guard end.code == 0 else { throw TestServiceError("janitor pin ended with \(end)") }
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

    /// A night: ten days pass, then comes `janitor run`, whatever runs.
    private func night() throws {
        try store.letTimePass()
        try cleanUp()
    }

    /// Runs `janitor run`.
    func cleanUp() throws {
        // Metadata that it remembers with other times would make it stop: the times are ours.
        try? FileManager.default.removeItem(atPath: "\(calls.directory.path)/state")
        let run = try calls.janitor("run")
        guard run.code == 0 else { throw TestServiceError("janitor run ended with \(run)") }
    }
}
