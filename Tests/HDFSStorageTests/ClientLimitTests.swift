// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import JanitorTestSupport
import SnapshotModel
import Storage
import Synchronization
import Testing

@testable import HDFSStorage

/// Clients that do not end, or print without end.
@Suite struct ClientLimitTests {
    /// Answers `-stat` of files of ten bytes as a client does, and everything else in one way.
    private final class Client: CommandRunner {
        private let calls = Mutex<[ObjectName]>([])
        private let printed: @Sendable (ObjectName) -> [UInt8]?
        private let ending: CommandEnding

        /// - Parameters:
        ///   - ending: How calls end but `-stat`.
        ///   - printed: What a call prints for ever; nil for a few bytes once.
        init(ending: CommandEnding, printed: @escaping @Sendable (ObjectName) -> [UInt8]?) {
            self.ending = ending
            self.printed = printed
        }

        var made: [ObjectName] { calls.withLock { $0 } }

        func run(
            _ invocation: CommandInvocation,
            onStart: (ProcessGroup) -> CommandFlow,
            receive: (Span<UInt8>) -> CommandFlow
        ) throws(CommandError) -> CommandResult {
            let words = invocation.arguments
            let command = words.first { $0 == "-stat" || $0 == "-cat" || $0 == "-ls" } ?? ""
            calls.withLock { $0.append(command) }
            if let line = printed(command) {
                for _ in 0..<1_000_000 where receive(line.span) == .stop {
                    return CommandResult(.stopped(.caller))
                }
                return CommandResult(.stopped(.total(.seconds(60))))
            }
            if command == "-stat" {
                let count = words.count { $0.bytes.starts(with: "/m".utf8) }
                let lines = String(repeating: "1795630810996|10|regular file\n", count: count)
                _ = receive(Array(lines.utf8).span)
                return CommandResult(.exited(0))
            }
            _ = receive([0x49, 0x60, 0x67, 0x2D].span)
            return CommandResult(ending)
        }
    }

    private static let files = (0..<8).compactMap {
        StorageURL(parsing: ObjectName("hdfs://nn/m\($0)/_metadata"))
    }

    /// Reads eight files and tells what came of each.
    private func read(by client: Client) throws -> [String] {
        let directory = try TemporaryDirectory()
        try directory.write("hdfs", Array("#!/bin/sh\n".utf8))
        try ExecutableScript.make("\(directory.path)/hdfs")
        let settings = HadoopShell.Settings(
            command: [ObjectName("\(directory.path)/hdfs")],
            options: [],
            javaOptions: [],
            timeLimit: .seconds(60),
            environment: CommandEnvironment(passing: [String: String]())
        )
        let store = try #require(Self.files.first)
        let storage = HDFSStorage(
            shell: HadoopShell(store: store, settings: settings, runner: client),
            spoolDirectory: directory.path
        ) { _ in }
        var said: [String] = []
        storage.read(Self.files) { _, result in
            switch consume result {
            case .success: said.append("read")
            case .failure(let error): said.append(error.detail)
            }
        }
        return said
    }

    @Test func `after a call that came to its time limit nothing is read again`() throws {
        let client = Client(ending: .stopped(.total(.seconds(60)))) { _ in nil }
        let said = try read(by: client)
        #expect(client.made == ["-stat", "-cat"])
        #expect(said.count == 8 && said.allSatisfy { $0.contains("time limit") }, "\(said)")
    }

    @Test func `after a call that broke off smaller ones are tried`() throws {
        let client = Client(ending: .signalled(11)) { _ in nil }
        let said = try read(by: client)
        #expect(client.made.count == 1 + 15)
        #expect(said.count == 8 && !said.contains("read"), "\(said)")
    }

    @Test(arguments: ["-stat", "-cat"])
    func `a call that prints more than it can is ended`(command: ObjectName) throws {
        let line = Array("1795630810996|10|regular file\n".utf8)
        let client = Client(ending: .exited(0)) { $0 == command ? line : nil }
        let said = try read(by: client)
        #expect(said.count == 8 && !said.contains("read"), "\(said)")
        #expect(!said.contains { $0.contains("time limit") }, "\(said)")
    }
}
