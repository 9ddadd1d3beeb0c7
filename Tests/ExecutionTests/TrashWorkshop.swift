// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import Planning
import Policy
import SnapshotModel
import Storage
import StorageRemoval
import Testing

@testable import Execution

/// A small tree with odd names, a policy that takes half of it, and the commands on it.
struct TrashWorkshop {
    static let minute: Int64 = 60_000_000_000
    static let day: Int64 = 24 * 60 * minute

    let directory: TemporaryDirectory
    let state: StateDirectory
    private let stateDirectory: TemporaryDirectory
    let now: Instant

    /// Savepoints 1 to 6 of the job "odd names", and checkpoints 1 to 4 of an attempt that is over.
    init() throws {
        try self.init { tree, now in
            for number in 1...6 {
                try tree.savepoint(
                    "sp/odd names/*{} ü\n\(number)",
                    id: Int64(number),
                    size: 30 + number,
                    at: now.advanced(byNanoseconds: -Int64(40 - number) * Self.day)
                )
            }
            let shared = "cp/\(Self.attempt)/shared/\(Self.shared)"
            try tree.write(shared, [1, 2, 3], at: now.advanced(byNanoseconds: -39 * Self.day))
            for number in 1...4 {
                try tree.checkpoint(
                    "cp/\(Self.attempt)/chk-\(number)",
                    id: Int64(number),
                    shared: [.init(shared, 3)],
                    size: 10,
                    at: now.advanced(byNanoseconds: -Int64(38 - number) * Self.day)
                )
            }
        }
        try directory.setMode("sp/odd names/*{} ü\n1", 0o2750)
        try directory.setMode("sp/odd names", 0o1777)
    }

    /// A tree that a test writes below the roots `sp` and `cp`.
    init(writing write: (inout TreeWriter, Instant) throws -> Void) throws {
        directory = try TemporaryDirectory()
        stateDirectory = try TemporaryDirectory()
        state = StateDirectory(stateDirectory.path)
        now = Instant(Date())
        try directory.makeDirectory("sp")
        try directory.makeDirectory("cp")
        var tree = TreeWriter(top: directory.path)
        try write(&tree, now)
        try tree.settleTimes()
    }

    static let attempt = "0123456789abcdef0123456789abcdef"
    static let shared = "11111111-2222-3333-4444-555555555555"

    func ago(_ days: Int64) -> Instant { now.advanced(byNanoseconds: -days * Self.day) }

    func policy(trash: String = "7d") throws -> JanitorPolicy {
        let text = """
            { defaults: { savepoints: { keepLast: 2 }, checkpoints: { keepLast: 1 }, limits: null,
                          trash: "\(trash)" },
              jobs: [ { name: "job", savepoints: "file://\(directory.path)/sp",
                        checkpoints: "file://\(directory.path)/cp" } ] }
            """
        return try PolicyDecoder.decode(Array(text.utf8), source: "test")
    }

    /// What a command works with, so many minutes after the first, one item a step.
    func environment(
        _ token: String,
        trash: String = "7d",
        policy: JanitorPolicy? = nil,
        minutes: Int64 = 0,
        remover: any StorageRemover = LocalRemover(),
        shouldStop: @escaping () -> Int32? = { nil },
        ask: @escaping (JobRoster) -> FlinkWord = { _ in FlinkWord() }
    ) throws -> RunEnvironment {
        let moment = now.advanced(byNanoseconds: minutes * Self.minute)
        return RunEnvironment(
            policy: try policy ?? self.policy(trash: trash),
            state: state,
            token: token,
            readerFor: { _ in LocalStorage() },
            remover: remover,
            locker: LocalLocker(),
            clock: { moment },
            shouldStop: shouldStop,
            stepSize: RunStep.Size(snapshots: 1, objects: 1),
            ask: ask
        )
    }

    /// A run that has to come to its end.
    func run(_ environment: RunEnvironment) throws -> RunReport {
        guard case .finished(_, let report) = JanitorRun(environment).run() else {
            throw Unexpected()
        }
        return report
    }

    /// An undo that has to come to its end.
    func undo(
        _ run: String,
        only places: [StorageURL] = [],
        _ environment: RunEnvironment
    ) throws -> UndoReport {
        guard case .finished(let report) = Undo(environment).undo(run, only: places) else {
            throw Unexpected()
        }
        return report
    }

    /// Everything that can be seen, apart from what is ours.
    func snapshot() throws -> TreeSnapshot {
        try TreeSnapshot(of: directory.path, without: [".janitor-trash", ".janitor-lock"])
    }

    /// Everything that can be seen in the trash.
    func trash() throws -> [ObjectName] {
        try TreeSnapshot(of: directory.path).paths.filter {
            $0.components.contains(".janitor-trash") && $0.components.last != ".janitor-trash"
        }
    }

    /// Takes the last line from a journal, as if its command had been killed before that.
    func forgetEnd(of run: String) throws {
        let file = state.journalFile(run)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let text = lines.dropLast().joined(separator: "\n") + "\n{\"record\":\"en"
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    /// A command that did not come to its end.
    struct Unexpected: Error {}
}
