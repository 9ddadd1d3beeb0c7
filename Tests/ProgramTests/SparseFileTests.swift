// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// Files that claim to be as long as a number of 64 bits can say, so that no sum of two fits into one.
struct SparseFileTests {
    /// A file system in memory takes files of any length, as XFS does.
    private static let memory = "/dev/shm"

    private static let isLargeEnough = {
        guard let directory = try? TemporaryDirectory(in: memory) else { return false }
        return (try? lengthen("\(directory.path)/file")) != nil
    }()

    private static func lengthen(_ path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(file) }
        guard ftruncate(file, off_t(Int64.max)) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private let directory: TemporaryDirectory
    private let attempt = "cp/0de5500000000000000000000000aaaa"

    init() throws {
        directory = try TemporaryDirectory(in: Self.isLargeEnough ? Self.memory : nil)
        var writer = TreeWriter(top: directory.path)
        let now = Instant(Date())
        for number: Int64 in 1...3 {
            let time = now.advanced(byNanoseconds: (number - 60) * 86_400_000_000_000)
            let savepoint = "sp/savepoint-5a1e5a-00000000000\(number)"
            try writer.savepoint(savepoint, id: number, size: 5, at: time)
            try writer.checkpoint("\(attempt)/chk-\(number)", id: number, at: time)
            for path in ["\(savepoint)/\(writer.uuid())", "\(attempt)/shared/\(writer.uuid())"] {
                try writer.write(path, [], at: time)
                if Self.isLargeEnough { try Self.lengthen("\(directory.path)/\(path)") }
            }
        }
        try writer.settleTimes()
    }

    private func run(_ words: String...) throws -> BuiltProgram.End { try run(words) }

    private func run(_ words: [String]) throws -> BuiltProgram.End {
        let policy = """
            { defaults: { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null,
                          trash: "7d", orphans: { age: "1h", sightings: 1, apart: "0m" } },
              jobs: [ { name: "c", savepoints: "file://\(directory.path)/sp",
                        checkpoints: "file://\(directory.path)/cp" } ] }
            """
        try directory.write("policy.json5", Array(policy.utf8))
        return try BuiltProgram().run(
            [
                words[0], "--policy", "\(directory.path)/policy.json5", "--state",
                "\(directory.path)/state",
            ] + words.dropFirst()
        )
    }

    @Test(.enabled(if: isLargeEnough, "this machine does not allow files of that length"))
    func `what is longer than any sum can say is counted, shown and taken all the same`() throws {
        for words in [["plan"], ["plan", "--json"], ["list"], ["usage"], ["report"], ["verify"]] {
            let end = try run(words)
            #expect(end.code == 0, "\(words): \(end)")
        }
        let taken = try run("run")
        #expect(taken.code == 0, "\(taken)")
        #expect(!directory.exists("sp/savepoint-5a1e5a-000000000001"))
        #expect(directory.exists("sp/savepoint-5a1e5a-000000000003"))
        let trash = try run("trash")
        #expect(trash.code == 0, "\(trash)")
        let emptied = try run("trash", "empty")
        #expect(emptied.code == 0, "\(emptied)")
    }
}
