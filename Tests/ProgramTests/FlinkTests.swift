// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The program beside real Flink: savepoints, what runs, and what a job is restored from.
@Suite(.enabled(if: !FlinkService.all.isEmpty, "\(FlinkService.skipMessage)"), .besideFlink)
struct FlinkTests {
    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test(arguments: FlinkService.all)
    func `takes, proves and labels a savepoint, stops with one, and Flink goes on from the latest`(
        service: FlinkService
    ) throws {
        let calls = try FlinkCalls("restored", service)
        let first = try service.run(calls.job)
        let taken = try calls.ofJob("savepoint", "--label", "pre-deploy")
        #expect(taken.code == 0, "\(taken)")
        #expect(isThere("\(taken.localPath)/_metadata"), "\(taken)")
        #expect(isThere("\(taken.localPath)/_label.pre-deploy"))

        let stopped = try calls.ofJob("savepoint", "--stop", "--native")
        #expect(stopped.code == 0, "\(stopped)")
        try service.wait("it is finished") { try service.state(of: first) == "FINISHED" }
        let latest = try calls.ofJob("latest")
        #expect(latest.code == 0, "\(latest)")
        #expect(latest.localPath == stopped.localPath)
        let labelled = try calls.ofJob("latest", "--label", "pre-deploy")
        #expect(labelled.localPath == taken.localPath)
        let none = try calls.ofJob("latest", "--kind", "checkpoint")
        #expect(none.code == 1 && none.text.contains("there is no checkpoint of"), "\(none)")

        // The job ends itself when what it is given is not the state that it left.
        let location = latest.text.replacing("\n", with: "")
        let second = try service.run(calls.job, from: location, parallelism: 2)
        #expect(try service.state(of: second) == "RUNNING")
        let plan = try calls.janitor("plan", "--json")
        #expect(plan.text.contains("\"restoredFrom\""))
        #expect(plan.text.contains("\"attemptRuns\""))
        #expect(plan.code == 0, "\(plan)")
        try service.cancel(second)
    }

    @Test(arguments: FlinkService.all)
    func `takes a savepoint and stops with one over Flink's command line`(
        service: FlinkService
    ) throws {
        let calls = try FlinkCalls(
            "commanded",
            service,
            flink: "{ command: ['\(service.client)'] }"
        )
        let missing = try calls.ofJob("savepoint")
        #expect(missing.code == 1)
        #expect(missing.text.contains("cannot find the job \"\(calls.job)\""), "\(missing)")
        let id = try service.run(calls.job)
        let taken = try calls.ofJob("savepoint")
        #expect(taken.code == 0, "\(taken)")
        #expect(isThere("\(taken.localPath)/_metadata"), "\(taken)")
        let stopped = try calls.ofJob("savepoint", "--stop", "--native", "--label", "pre-deploy")
        #expect(stopped.code == 0, "\(stopped)")
        #expect(isThere("\(stopped.localPath)/_label.pre-deploy"), "\(stopped)")
        #expect(try service.state(of: id) == "FINISHED")
        #expect(calls.savepoints.count == 2)
    }

    @Test(arguments: FlinkService.all)
    func `a call that is killed while it waits is gone on with, not doubled`(
        service: FlinkService
    ) throws {
        let calls = try FlinkCalls("killed", service)
        let id = try calls.runHeld()
        let call = try calls.startOfJob("savepoint", "--label", "audit")
        try service.wait("Flink works on it") { try service.isTakingSavepoint(id) }
        call.send(SIGKILL)
        _ = call.wait()
        try calls.release()
        #expect(calls.notes.contains(id))
        let next = try calls.ofJob("savepoint")
        #expect(next.code == 0, "\(next)")
        #expect(isThere("\(next.localPath)/_label.audit"))
        #expect(calls.savepoints.count == 1)
        #expect(!calls.notes.contains(id))
        try service.cancel(id)
    }

    @Test func `what a call did not wait for is the next call's`() throws {
        let service = try #require(FlinkService.all.first)
        let calls = try FlinkCalls("detached", service)
        let id = try calls.runHeld()
        let detached = try calls.ofJob("savepoint", "--detach", "--label", "audit")
        #expect(detached.code == 0, "\(detached)")
        let impatient = try calls.ofJob("savepoint", "--wait", "0s")
        #expect(impatient.code == 3, "\(impatient)")
        #expect(impatient.text.contains("Flink still works on it"), "\(impatient)")
        let interrupted = try calls.startOfJob("savepoint")
        interrupted.waitUntilCatching(SIGTERM)
        interrupted.send(SIGTERM)
        let end = interrupted.wait()
        #expect(end.code == 143, "\(end)")
        try calls.release()
        let next = try calls.ofJob("savepoint")
        #expect(next.code == 0, "\(next)")
        #expect(isThere("\(next.localPath)/_label.audit"), "\(next)")
        #expect(calls.savepoints.count == 1)
        try service.cancel(id)
    }

    @Test func `a job that runs again since it was stopped is stopped again`() throws {
        let service = try #require(FlinkService.all.first)
        let calls = try FlinkCalls("resumed", service)
        let first = try service.run(calls.job)
        let detached = try calls.ofJob("savepoint", "--stop", "--detach")
        #expect(detached.code == 0, "\(detached)")
        try service.wait("it is finished") { try service.state(of: first) == "FINISHED" }
        let second = try service.run(calls.job)
        let stopped = try calls.ofJob("savepoint", "--stop", "--label", "pre-deploy")
        #expect(stopped.code == 0, "\(stopped)")
        #expect(stopped.text.contains("a new one is taken"), "\(stopped)")
        #expect(isThere("\(stopped.localPath)/_label.pre-deploy"), "\(stopped)")
        try service.wait("it is finished") { try service.state(of: second) == "FINISHED" }
        #expect(calls.savepoints.count == 2)
        // Nothing runs, and the last one is what is wanted.
        let again = try calls.ofJob("savepoint", "--stop")
        #expect(again.code == 1, "\(again)")
    }

    @Test func `says what runs where no job or more than one has the name`() throws {
        let service = try #require(FlinkService.all.first)
        let calls = try FlinkCalls("twice", service)
        let missing = try calls.ofJob("savepoint")
        #expect(missing.code == 1)
        #expect(missing.text.contains("cannot find the job \"\(calls.job)\""), "\(missing)")
        let ids = [try service.run(calls.job), try service.run(calls.job)]
        let double = try calls.ofJob("savepoint")
        #expect(double.code == 1)
        for id in ids { #expect(double.text.contains(id), "\(double)") }
        #expect(calls.savepoints.isEmpty)
        for id in ids { try service.cancel(id) }
    }

    @Test(arguments: FlinkService.all)
    func `says why Flink could not take a savepoint, and leaves no note`(
        service: FlinkService
    ) throws {
        let calls = try FlinkCalls("refused", service)
        let id = try service.run(calls.job)
        // A file where the job's directory of savepoints should be.
        let place = service.savepoints(of: calls.job)
        try FileManager.default.removeItem(atPath: place)
        try Data().write(to: URL(filePath: place))
        let refused = try calls.ofJob("savepoint")
        #expect(refused.code == 1, "\(refused)")
        #expect(refused.text.contains("Failed to create savepoint directory"), "\(refused)")
        #expect(!calls.notes.contains(id))
        // Flink's command line says it in other words.
        try calls.write(flink: "{ command: ['\(service.client)'] }")
        let commanded = try calls.ofJob("savepoint")
        #expect(commanded.code == 1, "\(commanded)")
        #expect(commanded.text.contains("Failed to create savepoint directory"), "\(commanded)")
        #expect(!calls.notes.contains(id))
        try FileManager.default.removeItem(atPath: place)
        try service.cancel(id)
    }
}
