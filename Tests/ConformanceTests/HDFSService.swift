// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import HDFSRemoval
import HDFSStorage
import JanitorTestSupport
import SnapshotModel
import Storage
import StorageRemoval
import Testing

/// The HDFS that `Tests/Services/hdfs` brings up, and its clients.
struct HDFSService: Sendable, CustomTestStringConvertible {
    /// One of the clients.
    enum Client: String, CaseIterable, Sendable {
        case hadoop2 = "JANITOR_TEST_HDFS_CLIENT"
        case hadoop3 = "JANITOR_TEST_HDFS_CLIENT3"
    }

    static let skipMessage = "there is no test service \"hdfs\": see Tests/Services"

    /// With both clients.
    static let all: [HDFSService] = Client.allCases.compactMap(HDFSService.init)

    /// With one client where both do the same, or with both if `JANITOR_TEST_ALL` is set.
    static let few = TestSample.of(all, count: 1, name: "clients of HDFS")

    private static let environment = ProcessInfo.processInfo.environment

    let store: StorageURL
    let client: Client
    let program: String
    let directory: String
    private let runner = ProcessRunner(clock: .system)

    init?(_ client: Client) {
        guard let text = Self.environment["JANITOR_TEST_HDFS"],
            let store = StorageURL(parsing: ObjectName(text)),
            let program = Self.environment[client.rawValue],
            let directory = Self.environment["JANITOR_TEST_HDFS_DIRECTORY"]
        else { return nil }
        self.client = client
        self.store = store
        self.program = program
        self.directory = directory
    }

    var testDescription: String { client == .hadoop2 ? "hdfs 2.7.4" : "hdfs 3.4.2" }

    /// The shell, with other words or options if wanted.
    func shell(
        _ command: [ObjectName]? = nil,
        options: [ObjectName] = [],
        user: String? = nil
    ) -> HadoopShell {
        var environment = CommandEnvironment(passing: Self.environment)
        if let user { environment["HADOOP_USER_NAME"] = ObjectName(user) }
        let settings = HadoopShell.Settings(
            command: command ?? [ObjectName(program)],
            options: options,
            javaOptions: ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"],
            timeLimit: .seconds(120),
            environment: environment
        )
        return HadoopShell(store: store, settings: settings, runner: runner)
    }

    func reader(_ shell: HadoopShell? = nil) -> HDFSStorage {
        HDFSStorage(shell: shell ?? self.shell(), spoolDirectory: "/tmp") { _ in }
    }

    /// The program for `dfsadmin`, which the classes of the newer client do not hold.
    var administration: String { "\(directory)/bin/hdfs" }

    /// Runs a command of the client's, such as `dfs -put`, and gives what it printed.
    @discardableResult
    func run(_ words: [String], user: String? = nil) throws -> String {
        var environment = CommandEnvironment(passing: Self.environment)
        environment["HADOOP_CLIENT_OPTS"] =
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
        environment["HADOOP_ROOT_LOGGER"] = "ERROR,console"
        if let user { environment["HADOOP_USER_NAME"] = ObjectName(user) }
        let call = CommandInvocation(
            Program(path: ObjectName(words.first == "dfsadmin" ? administration : program)),
            words.map { ObjectName($0) },
            environment: environment
        )
        let output = try runner.collect(call)
        guard output.result.succeeded else { throw Failure(description: "\(output.result)") }
        return ObjectName(output.bytes).description
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The script that brings it up.
    static let script = SharedMaterial.checkout.appending(path: "Tests/Services/hdfs").path

    /// Brings a NameNode back that a test has stopped.
    func startNameNode() throws { try change(servers: "namenode-start") }

    /// Takes a server away, or brings it back: `datanode-stop`, as the script has its verbs.
    func change(servers verb: String) throws {
        let call = CommandInvocation(
            Program(path: ObjectName(Self.script)),
            [ObjectName(verb), ObjectName(directory)],
            environment: CommandEnvironment(passing: Self.environment)
        )
        let output = try runner.collect(call)
        guard output.result.succeeded else { throw Failure(description: "\(output.result)") }
    }

    /// Makes an empty directory of its own in the store.
    func freshRoot() -> StorageURL {
        store.appending(ObjectName("test/\(UUID().uuidString)"))
    }

    /// Copies a local tree, with its times, to a directory that is not there yet.
    func put(_ tree: TemporaryDirectory, at root: StorageURL) throws {
        let words = ["dfs", "-put", "-p", tree.path, root.path.description]
        do {
            try run(words)
        } catch {
            // Only the first one finds no directory to put it into.
            try run(["dfs", "-mkdir", "-p", root.parent.path.description])
            try run(words)
        }
    }
}
