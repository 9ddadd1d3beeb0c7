// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import Storage
import Testing

@testable import Execution

/// A small tree on a simulated HDFS, a policy that takes half of it, and the commands on it.
struct HDFSWorkshop {
    static let minute: Int64 = 60_000_000_000
    static let day: Int64 = 24 * 60 * minute
    static let attempts = ["0", "1"].map { String(repeating: "\($0)123456789abcdef", count: 2) }

    let store: SimulatedHDFS
    let state: StateDirectory
    let now: Instant
    private let trash: String
    private let tree: TemporaryDirectory
    private let stateDirectory: TemporaryDirectory

    /// Savepoints 1 to 4, of which two go; two attempts that are over, of which one goes.
    ///
    /// - Parameters:
    ///   - trash: The policy's `trash`.
    ///   - isSharing: Whether the newer attempt needs files of the older one, `shared/` among them, where
    ///     one lies beside them that nobody needs.
    /// - Throws: Where it cannot be written.
    init(trash: String = "2m", isSharing: Bool = false) throws {
        self.trash = trash
        tree = try TemporaryDirectory()
        stateDirectory = try TemporaryDirectory()
        state = StateDirectory(stateDirectory.path)
        now = Instant(Date())
        var writer = TreeWriter(top: tree.path)
        for number in 1...4 {
            try writer.savepoint(
                "sp/\(number)",
                id: Int64(number),
                size: 30 + number,
                at: now.advanced(byNanoseconds: -Int64(40 - number) * Self.day)
            )
        }
        // Beside the roots, for whoever wants another one where one was.
        let time = now.advanced(byNanoseconds: -39 * Self.day)
        try writer.savepoint("spare", id: 1, size: 31, at: time)
        for (number, attempt) in Self.attempts.enumerated() {
            let time = now.advanced(byNanoseconds: -Int64(30 - number) * Self.day)
            try writer.checkpoint("cp/\(attempt)/chk-5", id: 5, shared: [], size: 10, at: time)
            for name in ["shared", "taskowned"] {
                try writer.makeDirectory("cp/\(attempt)/\(name)", at: time)
            }
        }
        if isSharing { try Self.share(&writer, now) }
        try writer.settleTimes()
        store = SimulatedHDFS(at: now)
        try store.load(tree.path, at: "/flink")
    }

    /// A third checkpoint of the newer attempt, restored from one of the older one that goes, and a file
    /// in the older one's `shared/` that nothing refers to.
    private static func share(_ writer: inout TreeWriter, _ now: Instant) throws {
        let time = now.advanced(byNanoseconds: -31 * day)
        let older = "cp/\(attempts[0])"
        let claimed = SampleMetadata.File("\(older)/chk-4/\(writer.uuid())", 12)
        try writer.write(claimed.path, [UInt8](repeating: 1, count: 12), at: time)
        try writer.checkpoint("\(older)/chk-4", id: 4, shared: [], size: 9, at: time)
        let shared = SampleMetadata.File("\(older)/shared/\(writer.uuid())", 11)
        try writer.write(shared.path, [UInt8](repeating: 1, count: 11), at: time)
        try writer.write("\(older)/shared/\(writer.uuid())", [1], at: time)
        try writer.checkpoint(
            "cp/\(attempts[1])/chk-6",
            id: 6,
            shared: [shared, claimed],
            size: 8,
            at: now.advanced(byNanoseconds: -29 * day)
        )
    }

    /// Where something is.
    func place(_ path: String) throws -> StorageURL {
        try #require(StorageURL(parsing: ObjectName("hdfs://nn:8020/flink/\(path)")))
    }

    /// What a command works with, so many minutes after the first; every one is a process of its own.
    ///
    /// The store's clock goes with it.
    func environment(_ token: String, minutes: Int64 = 0) throws -> RunEnvironment {
        let text = """
            { defaults: { savepoints: { keepLast: 2 }, checkpoints: { keepLast: 1 }, limits: null,
                          orphans: { age: "1h", sightings: 1, apart: "1m" }, trash: "\(trash)" },
              aliases: { "file:\(tree.path)": "hdfs://nn:8020/flink" },
              stores: { hdfs: { command: ["/bin/true"] } },
              jobs: [ { name: "job", savepoints: "hdfs://nn:8020/flink/sp",
                        checkpoints: "hdfs://nn:8020/flink/cp" } ] }
            """
        let policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
        let moment = now.advanced(byNanoseconds: minutes * Self.minute)
        store.setClock(moment)
        return RunEnvironment(
            policy: policy,
            state: state,
            token: token,
            backends: Backends(
                stores: policy.stores,
                runner: store,
                state: state,
                // The shell in memory is not better after two seconds.
                pause: { _ in }
            ),
            clock: { moment },
            shouldStop: { nil },
            ask: { _ in FlinkWord() }
        )
    }

    /// A run that has to come to its end.
    func run(_ token: String, minutes: Int64 = 0) throws -> RunReport {
        let outcome = JanitorRun(try environment(token, minutes: minutes)).run()
        guard case .finished(_, let report) = outcome else { throw Unexpected("\(outcome)") }
        return report
    }

    /// An undo that has to come to its end.
    func undo(
        _ run: String,
        only places: [StorageURL] = [],
        _ token: String,
        minutes: Int64 = 0
    ) throws -> RunReport {
        let outcome = Undo(try environment(token, minutes: minutes)).undo(run, only: places)
        guard case .finished(let report) = outcome else { throw Unexpected("\(outcome)") }
        return report.report
    }

    /// An emptying that has to come to its end.
    func empty(_ runs: [String], _ token: String, minutes: Int64 = 0) throws -> RunReport {
        let outcome = EmptyTrash(try environment(token, minutes: minutes)).empty(runs)
        guard case .finished(let emptied) = outcome else { throw Unexpected("\(outcome)") }
        return emptied.report
    }

    /// What the journals say of what was moved from a place, by run.
    func fates(of path: String) throws -> [String: PastRun.Fate] {
        let place = try place(path)
        var fates: [String: PastRun.Fate] = [:]
        for run in try RunHistory.read(state) {
            for item in run.items where item.place == place && item.action == .trash {
                fates[run.name] = item.fate
            }
        }
        return fates
    }

    /// Whatever lies in a trash of the user's, or of a zone's.
    func trash(_ directory: String = "/user/flink/.Trash") -> [String] {
        store.paths(below: directory).filter { $0.hasSuffix("/_metadata") }
    }

    struct Unexpected: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
