// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel

/// A small tree on the disk with its policy and state directory, to run the program over.
///
/// One job with a savepoint root and a checkpoint root. Five snapshots go, in an order that matters;
/// what stays is needed by what stays. Names hold spaces and quotes.
final class FaultSite {
    /// What becomes of condemned snapshots.
    enum Way: String, CaseIterable, Sendable {
        case trash = "7d"
        case removal = "0d"
    }

    static let job = "job 'a'"
    /// A checkpoint that goes; another one, which goes before it, references what is in it.
    static let neededInTrash = "0de5500000000000000000000000aaaa/chk-3"

    let directory: TemporaryDirectory
    /// The tree before anything was run.
    private(set) var original: TreeSnapshot

    /// Where the tree is.
    var tree: String { "\(directory.path)/tree" }
    /// Where journals are.
    var state: String { "\(directory.path)/state" }
    /// Where the library writes what it counted.
    var log: String { "\(directory.path)/calls" }

    private let way: Way

    init(_ way: Way) throws {
        self.way = way
        directory = try TemporaryDirectory()
        try directory.makeDirectory("tree")
        try Self.write(into: "\(directory.path)/tree", now: Instant(Date()))
        original = try TreeSnapshot(of: "\(directory.path)/tree")
        let policy = """
            { defaults: { savepoints: { keepLast: 2 }, checkpoints: { keepLast: 1 }, limits: null,
                          trash: "\(way.rawValue)" },
              jobs: [ { name: "{job}", savepoints: "file://\(tree)/sp/{job}",
                        checkpoints: "file://\(tree)/cp/{job}" } ] }
            """
        try directory.write("policy.json5", Array(policy.utf8))
    }

    /// Runs a command of the program's over the tree.
    ///
    /// - Parameters:
    ///   - command: The command and what stands behind it.
    ///   - fault: What happens to it; nil for nothing, the calls are counted all the same.
    ///   - environment: Variables to set over those of the test.
    /// - Returns: How it ended.
    /// - Throws: Where it cannot be started.
    @discardableResult
    func run(
        _ command: [String],
        _ fault: Fault? = nil,
        environment: [String: String] = [:]
    ) throws -> BuiltProgram.End {
        try start(command, fault, environment: environment).wait()
    }

    /// Starts a command of the program's over the tree.
    func start(
        _ command: [String],
        _ fault: Fault? = nil,
        environment: [String: String] = [:],
        behind wrapper: [String] = []
    ) throws -> RunningProgram {
        unlink(log)
        var variables = (fault?.environment ?? Fault.counting).merging(["FAULT_LOG": log]) { $1 }
        variables.merge(environment) { $1 }
        // Programs look at much that is not theirs before they begin.
        if variables["FAULT_LOOKS"] != nil { variables["FAULT_UNDER"] = directory.path }
        return try BuiltProgram(behind: wrapper).start(
            [command[0], "--policy", "\(directory.path)/policy.json5", "--state", state]
                + command.dropFirst(),
            environment: variables
        )
    }

    /// The calls that the last command made, by name, in order.
    func calls() throws -> [String] {
        let text = try String(decoding: Data(contentsOf: URL(filePath: log)), as: UTF8.self)
        return text.split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        }
    }

    /// Gives everything to another user, before anything is run.
    func give(to user: UInt32) throws {
        chown(directory.path, user, user)
        let walk = FileManager.default.enumerator(atPath: directory.path)
        while let path = walk?.nextObject() as? String {
            lchown("\(directory.path)/\(path)", user, user)
        }
        original = try snapshot()
    }

    /// The tree as it is now.
    func snapshot() throws -> TreeSnapshot { try TreeSnapshot(of: tree) }

    /// Writes one more savepoint, older than all others: a run takes it.
    ///
    /// - Returns: The path of its metadata below the tree.
    /// - Throws: Where it cannot be written.
    func addOlderSavepoint() throws -> ObjectName {
        let directory = "sp/\(Self.job)/savepoint-5a1e5a-000000000000"
        try add { writer, ago in
            try writer.savepoint(directory, id: 100, size: 100, at: ago(60))
        }
        return ObjectName("\(directory)/_metadata")
    }

    /// Writes one more attempt, of two checkpoints, that is not over for days to come: nothing in it
    /// goes until then, nor does it stand for what is older.
    func addYoungAttempt() throws {
        try add { writer, ago in
            let attempt = "cp/\(Self.job)/0de5500000000000000000000000cccc"
            for (id, days): (Int64, Int64) in [(20, 2), (21, 1)] {
                try writer.checkpoint("\(attempt)/chk-\(id)", id: id, size: 50, at: ago(days))
            }
        }
    }

    /// Writes more into the tree, which counts as what it was before anything was run.
    private func add(_ write: (inout TreeWriter, (Int64) -> Instant) throws -> Void) throws {
        var writer = TreeWriter(top: tree)
        // Names of files are random: one that stands twice would be taken for what others need.
        for _ in 0..<100 { _ = writer.uuid() }
        let now = Instant(Date())
        try write(&writer) { now.advanced(byNanoseconds: -$0 * 86_400_000_000_000) }
        try writer.settleTimes()
        original = try snapshot()
    }

    // MARK: - The tree

    private static func write(into top: String, now: Instant) throws {
        var writer = TreeWriter(top: top)
        func ago(_ days: Int64) -> Instant {
            now.advanced(byNanoseconds: -days * 86_400_000_000_000)
        }
        for (number, days): (Int64, Int64) in [(1, 50), (2, 40), (3, 30), (4, 20)] {
            let above = number == 2 ? "native/" : ""
            try writer.savepoint(
                "sp/\(job)/\(above)savepoint-5a1e5a-00000000000\(number)",
                id: number,
                size: 100,
                at: ago(days),
                labels: number == 1 ? ["old release"] : []
            )
        }
        let first = "cp/\(job)/0de5500000000000000000000000aaaa"
        let second = "cp/\(job)/0de5500000000000000000000000bbbb"
        let shared = SampleMetadata.File("\(first)/shared/\(writer.uuid())", 70)
        try writer.write(shared.path, [UInt8](repeating: 1, count: 70), at: ago(45))
        var claimed: [SampleMetadata.File] = []
        for id: Int64 in 1...3 {
            let directory = "\(first)/chk-\(id)"
            let own = SampleMetadata.File("\(directory)/\(writer.uuid())", 60)
            try writer.write(own.path, [UInt8](repeating: 2, count: 60), at: ago(45))
            try writer.checkpoint(directory, id: id, shared: [shared], size: 50, at: ago(45))
            claimed.append(own)
        }
        // The second attempt was restored from the first and still needs some of its files:
        // chk-9, which goes, one in chk-3, which goes; chk-10, which stays, one in chk-2.
        let needs: [(Int64, SampleMetadata.File)] = [(9, claimed[2]), (10, claimed[1])]
        for (id, file) in needs {
            try writer.checkpoint(
                "\(second)/chk-\(id)",
                id: id,
                shared: [shared, file],
                size: 50,
                at: ago(25)
            )
        }
        try writer.settleTimes()
    }
}
