// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// What Flink says of the snapshots that a drill left: whether it is restored from them, and to what.
extension FlinkDrill {
    /// A complete snapshot, as a plan describes it.
    struct Found {
        let path: String
        let checkpointID: Int
        let verdict: String
        /// Whether all its files are there.
        let isWhole: Bool

        init?(_ value: [String: Any]) {
            guard value["complete"] as? Bool == true, let path = value["path"] as? String,
                let id = value["checkpointId"] as? Int, let verdict = value["verdict"] as? String
            else { return nil }
            self.path = path
            checkpointID = id
            self.verdict = verdict
            isWhole = value["closed"] as? Bool == true
        }
    }

    /// All complete snapshots of the job.
    func found() throws -> [Found] {
        let plan = try calls.janitor("plan", "--json")
        let value = try JSONSerialization.jsonObject(with: Data(plan.text.utf8)) as? [String: Any]
        return (value?["snapshots"] as? [[String: Any]] ?? []).compactMap(Found.init)
    }

    /// Lets Flink restore from each of these, and looks at the state: the job itself compares each
    /// key's with its place in the source, and the places have to follow one another as the
    /// snapshots do.
    ///
    /// - Returns: How many it was restored from.
    func expectRestore(fromEach snapshots: [Found]) throws -> Int {
        var places: [(id: Int, place: Int)] = []
        for start in stride(from: 0, to: snapshots.count, by: 3) {
            let some = snapshots[start..<min(start + 3, snapshots.count)]
            let jobs = try some.enumerated().map { index, snapshot in
                try RestoredJob(self, from: snapshot.path, parallelism: 1 + index % 2)
            }
            for (job, snapshot) in zip(jobs, some) {
                places.append((snapshot.checkpointID, try job.expectState(of: snapshot.path)))
            }
            for job in jobs { try service.cancel(job.id) }
        }
        places.sort { $0.id < $1.id }
        #expect(zip(places, places.dropFirst()).allSatisfy { $0.place <= $1.place }, "\(places)")
        #expect(places.allSatisfy { $0.place > 0 }, "\(places)")
        return places.count
    }

    /// Expects that an attempt that claimed a native savepoint cannot be gone on with.
    ///
    /// What its checkpoints reference of the savepoint is written as if it lay beside them, up to
    /// Flink 2.3.0 (FLINK-39964).
    func expectBrokenCheckpoints(of attempt: String) throws {
        let own = try found().filter { $0.path.contains("/\(attempt)/") }
        #expect(own.count > 1 && own.allSatisfy { !$0.isWhole }, "\(own)")
        let newest = try #require(own.max { $0.checkpointID < $1.checkpointID })
        let failure = try failureToRestore(from: newest.path) ?? "it was restored"
        #expect(failure.contains("FileNotFoundException"), "\(newest.path): \(failure)")
    }

    /// Lets Flink try to restore from a snapshot.
    ///
    /// - Returns: Why it could not; nil where it could.
    func failureToRestore(from path: String) throws -> String? {
        let job: RestoredJob
        do { job = try RestoredJob(self, from: path) } catch let error as TestServiceError {
            // Without metadata Flink does not even take it.
            return error.description
        }
        var failure: String?
        try service.wait("\(job.id) is restored or fails") {
            if try service.state(of: job.id) == "FAILED" {
                failure = try service.failure(of: job.id)
                return true
            }
            return try service.completedCheckpoints(of: job.id) > 0
        }
        if failure == nil { try service.cancel(job.id) }
        return failure
    }
}

/// A job that begins with a snapshot and claims nothing, with checkpoints of its own elsewhere.
private struct RestoredJob {
    let service: FlinkService
    let id: String
    /// Where it tells the number that it began with.
    private let signals: TemporaryDirectory

    init(_ drill: FlinkDrill, from path: String, parallelism: Int = 1) throws {
        service = drill.service
        signals = try TemporaryDirectory()
        let own = ["execution.checkpointing.interval": "400ms"]
        id = try service.submit(
            "drill-restored",
            from: path,
            parallelism: parallelism,
            signals: signals.path,
            settings: FlinkDrill.settings.merging(own) { $1 }
        )
    }

    /// Waits until every key's state was looked at, and a checkpoint tells that none was wrong.
    ///
    /// - Returns: The number that it began with.
    func expectState(of path: String) throws -> Int {
        let file = "\(signals.path)/first"
        try service.wait("all keys of \(path) come by") {
            guard try service.state(of: id) != "FAILED" else {
                throw TestServiceError("\(path): \(try service.failure(of: id))")
            }
            return FileManager.default.fileExists(atPath: file)
        }
        // What was under way may have begun before them.
        try service.waitForCheckpoint(of: id, count: 2)
        let failure = try service.failure(of: id)
        #expect(failure.isEmpty, "\(path): \(failure)")
        let origin = try service.restoredFrom(id) ?? "nothing"
        let isSame = origin.split(separator: "/").suffix(2) == path.split(separator: "/").suffix(2)
        #expect(isSame, "\(path): it was restored from \(origin)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try #require(Int(text), "\(path): it began with \(text)")
    }
}
