// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import FlinkClient

/// What real Flink answers where its answers surprise.
@Suite(.enabled(if: !FlinkService.all.isEmpty, "\(FlinkService.skipMessage)"), .besideFlink)
struct FlinkServiceTests {
    private static let nobody: ObjectName = "00000000000000000000000000000000"

    private let environment = CommandEnvironment(
        passing: ["PATH": "/usr/local/bin:/usr/bin:/bin"]
    )
    private let runner = ProcessRunner(clock: .system, isCancelled: { false })

    private func program(_ name: String) throws -> Program {
        try Program.find([ObjectName(name)], searchPath: "/usr/local/bin:/usr/bin:/bin")
    }

    private func rest(_ address: String) throws -> RESTCluster {
        let caller = WebCaller(
            curl: try program("curl"),
            environment: environment,
            configuration: nil,
            timeLimit: 60,
            runner: runner
        )
        return RESTCluster(address, caller: caller)
    }

    private func commandLine(
        _ service: FlinkService,
        options: [ObjectName] = [],
        limit: Duration = .seconds(120)
    ) throws -> CommandLineCluster {
        CommandLineCluster(
            program: try program(service.client),
            options: options,
            environment: environment,
            timeLimit: limit,
            waitLimit: limit,
            runner: runner
        )
    }

    private func request(_ job: ObjectName) -> SavepointRequest {
        SavepointRequest(
            job: job,
            target: "file:///tmp/nowhere",
            format: .canonical,
            stopping: .none,
            id: "0123456789abcdef0123456789abcdef"
        )
    }

    @Test(arguments: FlinkService.all)
    func `an unknown job's savepoint is accepted, and fails as a completed request`(
        service: FlinkService
    ) throws {
        let cluster = try rest(service.rest)
        let asked = request(Self.nobody)
        #expect(try cluster.trigger(asked) == .inProgress(id: asked.id))
        for _ in 0..<100 {
            switch try cluster.progress(of: asked) {
            case .inProgress: Thread.sleep(forTimeInterval: 0.1)
            case .completed(let location): Issue.record("there is a savepoint: \(location)")
            case .failed(let why):
                #expect(why.contains("FlinkJobNotFoundException"), "\(why)")
                return
            }
        }
        Issue.record("Flink did not say what became of it")
    }

    @Test(arguments: FlinkService.all)
    func `an unknown request and an unknown job are told from silence`(
        service: FlinkService
    ) throws {
        let cluster = try rest(service.rest)
        var asked = request(Self.nobody)
        asked.id = "fedcba9876543210fedcba9876543210"
        var error = #expect(throws: FlinkError.self) { try cluster.progress(of: asked) }
        #expect(error?.reason == .unknown)
        error = #expect(throws: FlinkError.self) { try cluster.checkpointing(of: Self.nobody) }
        #expect(error?.reason == .unknown)
    }

    @Test(arguments: FlinkService.all)
    func `both ways list the same jobs, and refuse an unknown one`(service: FlinkService) throws {
        let id = ObjectName(try service.run("listed"))
        let command = try commandLine(service)
        let (one, other) = (try rest(service.rest).jobs(), try command.jobs())
        #expect(other.contains { $0.id == id && $0.name == "listed" && $0.state == .running })
        #expect(one.contains { $0.id == id && $0.name == "listed" && $0.state == .running })
        let error = #expect(throws: FlinkError.self) { try command.trigger(request(Self.nobody)) }
        #expect(error?.reason == .unknown, "\(error.map(String.init(describing:)) ?? "")")
        try service.cancel(id.description)
    }

    @Test func `a command line that hangs is ended, and is no answer`() throws {
        let service = try #require(FlinkService.all.first)
        // Nobody listens there; the client tries for a minute.
        let command = try commandLine(
            service,
            options: ["-Drest.port=1", "-Drest.address=127.0.0.1"],
            limit: .seconds(4)
        )
        var error = #expect(throws: FlinkError.self) { try command.jobs() }
        #expect(error?.reason == .noAnswer, "\(error.map(String.init(describing:)) ?? "")")
        // An order may have reached somebody.
        error = #expect(throws: FlinkError.self) { try command.trigger(request(Self.nobody)) }
        #expect(error?.reason == .stillGoingOn, "\(error.map(String.init(describing:)) ?? "")")
    }

    @Test(arguments: FlinkService.all)
    func `says what a job's checkpoints are set to`(service: FlinkService) throws {
        let id = ObjectName(try service.run("settings"))
        let cluster = try rest(service.rest)
        let settings = try #require(try cluster.settings(of: id))
        #expect(settings.intervalMilliseconds == 1000 && settings.isRetainedOnCancellation)
        #expect(settings.timeoutMilliseconds == 600_000 && settings.pauseMilliseconds == 200)
        let configuration = try #require(try cluster.configuration())
        #expect(configuration.retainedCount == 3 && configuration.isIncremental)
        let said = try cluster.checkpointing(of: id)
        #expect(said?.restoredFrom == nil)
        #expect(said?.latest?.path?.contains("/\(id)/chk-") == true)
        try service.cancel(id.description)
    }
}
