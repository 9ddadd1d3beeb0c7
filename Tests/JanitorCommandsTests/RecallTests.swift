// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import Testing

@testable import Discovery
@testable import Execution
@testable import FlinkMetadata
@testable import JanitorCommands

/// Commands that decide recall what a run read; those that prove something read it.
struct RecallTests {
    private let directory: TemporaryDirectory
    private let options: [String]

    /// Plants a memory of metadata that they do not bear out: of a file outside the roots.
    init() throws {
        directory = try TemporaryDirectory()
        options = [
            "--policy", "\(directory.path)/policy.json5", "--state", "\(directory.path)/state",
        ]
        let snapshot = "\(directory.path)/sp/a/one"
        let old = Instant(Date()).advanced(byNanoseconds: -86_400_000_000_000)
        var writer = TreeWriter(top: directory.path)
        try writer.savepoint("sp/a/one", id: 1, size: 3, at: old)
        try writer.settleTimes()
        let policy = """
            { jobs: [ { name: "a", savepoints: "file://\(directory.path)/sp/a" } ] }
            """
        try Data(policy.utf8).write(to: URL(filePath: "\(directory.path)/policy.json5"))
        let place = StorageURL(scheme: "file", path: ObjectName(snapshot))
        let file = place.appending(FlinkNames.metadata)
        let status = try #require(try LocalStorage().status(of: [file])[0].get())
        let path = ReferencePath(utf8: Array("s3://b/x/y".utf8), isRelative: false)
        let elsewhere = try #require(path)
        let state = StateDirectory("\(directory.path)/state")
        try state.prepare()
        let memory = MetadataMemoryFile(state, isRecording: true)
        memory.note(
            MetadataKey(
                place: place,
                length: status.size,
                modified: status.modified,
                identity: status.identity
            ),
            RememberedMetadata(
                checkpointID: 1,
                suggestedKind: .savepoint,
                operators: [],
                references: [.init(path: elsewhere, demand: .exists)],
                pinnedDirectories: []
            )
        )
        try memory.commit { _ in true }
    }

    private func code(_ words: [String]) -> ExitCode {
        let console = Console(result: { _ in }, message: { _ in })
        return JanitorMain.run((words + options).map { ObjectName($0) }, console: console)
    }

    @Test(arguments: ["plan", "report", "explain", "list", "usage"])
    func `what looks and decides recalls what a run read`(command: String) {
        let path = command == "explain" ? ["\(directory.path)/sp/a/one"] : []
        #expect(code([command] + path) == .partial)
    }

    @Test(arguments: [["verify"], ["latest", "--job", "a"]])
    func `what proves that snapshots are whole reads them`(words: [String]) {
        #expect(code(words) == .done)
    }
}
