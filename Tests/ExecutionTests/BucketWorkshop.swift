// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import Planning
import Policy
import SnapshotModel
import StorageRemoval
import Testing

@testable import Execution

/// Savepoints in a bucket, of which a policy keeps the newest two, and the commands on them; beside
/// them room for checkpoints, and for savepoints of another job that keeps one and has no trash.
struct BucketWorkshop {
    static let minute: Int64 = 60_000_000_000
    static let day: Int64 = 24 * 60 * minute

    let bucket: BucketOfFiles
    let state: StateDirectory
    let now: Instant
    private let stateDirectory: TemporaryDirectory

    /// Savepoints 1 to 4 below `sp`, and what a test writes.
    init(writing write: (inout TreeWriter, Instant) throws -> Void = { _, _ in }) throws {
        let top = try TemporaryDirectory()
        stateDirectory = try TemporaryDirectory()
        state = StateDirectory(stateDirectory.path)
        now = Instant(Date())
        bucket = BucketOfFiles(top: top)
        var writer = TreeWriter(top: top.path)
        for number in 1...4 {
            try writer.savepoint(
                "sp/\(Self.name(number))",
                id: Int64(number),
                size: 30 + number,
                at: now.advanced(byNanoseconds: -Int64(40 - number) * Self.day)
            )
        }
        try write(&writer, now)
        try writer.settleTimes()
    }

    static func name(_ number: Int) -> String { "savepoint-5a1e5a-00000000000\(number)" }

    static let attempt = "0123456789abcdef0123456789abcdef"

    /// The one file of state in a directory, as a reference to it.
    static func file(in directory: String, of top: String) throws -> SampleMetadata.File {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(top)/\(directory)")
        let path = "\(directory)/\(try #require(names.first { $0 != "_metadata" }))"
        let size = try FileManager.default.attributesOfItem(atPath: "\(top)/\(path)")[.size]
        return SampleMetadata.File(path, try #require(size as? Int64))
    }

    static func savepoint(_ number: Int) -> StorageURL {
        BucketOfFiles.place("sp/\(name(number))")
    }

    /// What a command works with, so many minutes after the first: moves to the trash reach as far, and
    /// what lies there comes back or does not.
    func environment(
        _ token: String,
        keeping: Int = 2,
        minutes: Int64 = 0,
        restores: Bool = true,
        reach: @escaping @Sendable (StorageURL) -> BucketOfFilesRemover.Reach = { _ in .all }
    ) throws -> RunEnvironment {
        let text = """
            { defaults: { savepoints: { keepLast: \(keeping) }, checkpoints: { keepLast: 1 },
                          limits: null, trash: "7d" },
              aliases: { "file:\(bucket.top.path)": "s3://bucket" },
              jobs: [ { name: "job", savepoints: "s3://bucket/sp",
                        checkpoints: "s3://bucket/cp" },
                      { name: "other", savepoints: "s3://bucket/other",
                        keep: { savepoints: { keepLast: 1 }, trash: "0d" } } ] }
            """
        let policy = try PolicyDecoder.decode(Array(text.utf8), source: "test")
        let moment = now.advanced(byNanoseconds: minutes * Self.minute)
        let bucket = bucket
        return RunEnvironment(
            policy: policy,
            state: state,
            token: token,
            readerFor: { _ in bucket },
            readerWithout: { _, runs in
                var bucket = bucket
                bucket.without = runs
                return bucket
            },
            remover: BucketOfFilesRemover(
                bucket: bucket,
                reach: { reach($0.place) },
                restores: restores
            ),
            locker: FreeLocker(),
            clock: { moment },
            shouldStop: { nil }
        )
    }

    /// A run that has to come to its end.
    @discardableResult
    func run(_ environment: RunEnvironment) throws -> (plan: Plan, report: RunReport) {
        let outcome = JanitorRun(environment).run()
        guard case .finished(let plan, let report) = outcome else {
            throw Unexpected(outcome: "\(outcome)")
        }
        return (plan, report)
    }

    /// A run that is cut off, or fails, when all metadata of what goes are hidden, and nothing else.
    ///
    /// - Returns: Its name.
    func runHalf(
        isKilled: Bool = true,
        reach: @escaping @Sendable (StorageURL) -> BucketOfFilesRemover.Reach = { _ in .metadata }
    ) throws -> String {
        let report = try run(try environment("dead", reach: reach)).report
        if isKilled { try forgetEnd(of: report.run) }
        return report.run
    }

    /// Takes from a journal what a process killed in its only step would not have written.
    private func forgetEnd(of run: String) throws {
        let file = state.journalFile(run)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let step = try #require(lines.firstIndex { $0.contains("\"record\":\"step\"") })
        let text = lines[...step].joined(separator: "\n") + "\n{\"record\":\"do"
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    /// Lets a run be so long ago that no other looks back at it.
    func age(_ run: String) throws {
        for number in 1...UnfinishedRun.reach {
            let begin = JournalRecord(.begin, at: now)
            let journal = try Journal(of: "\(run)-\(number)", beginningWith: begin, in: state)
            try journal.append(JournalRecord(.end, at: now))
        }
    }

    /// An undo that has to come to its end.
    func undo(
        _ run: String,
        only places: [StorageURL] = [],
        _ environment: RunEnvironment
    ) throws -> UndoReport {
        let outcome = Undo(environment).undo(run, only: places)
        guard case .finished(let report) = outcome else {
            throw Unexpected(outcome: "\(outcome)")
        }
        return report
    }

    /// Files that the bucket shows, apart from what is ours.
    func keys() throws -> Set<String> {
        Set(try files().filter { !$0.contains(".janitor-") })
    }

    /// Names of the savepoints of which anything is there.
    func savepoints() throws -> Set<String> {
        Set(try keys().compactMap { $0.split(separator: "/").dropLast().last.map(String.init) })
    }

    /// Files that lie in the trash.
    func trash() throws -> Set<String> {
        Set(try files().filter { $0.contains(".janitor-trash/") })
    }

    private func files() throws -> [String] {
        let disk = FileManager.default
        return try disk.subpathsOfDirectory(atPath: bucket.top.path).filter { name in
            var isDirectory: ObjCBool = false
            _ = disk.fileExists(atPath: "\(bucket.top.path)/\(name)", isDirectory: &isDirectory)
            return !isDirectory.boolValue
        }
    }

    /// What became of each thing that a run took, by its name.
    func fates(of run: String) throws -> [String: PastRun.Fate] {
        let past = try #require(try RunHistory.read(state).first { $0.name == run })
        return Dictionary(
            past.items.compactMap { item in item.fate.map { ("\(item.place.path.last)", $0) } }
        ) { $1 }
    }

    /// A command that did not come to its end.
    struct Unexpected: Error { let outcome: String }
}
