// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// The program beside a Flink that does not answer, or not as Flink does: law 2 and law 7.
@Suite(.enabled(if: !FlinkService.all.isEmpty, "\(FlinkService.skipMessage)"), .besideFlink)
struct FlinkFaultTests {
    private func service() throws -> FlinkService { try #require(FlinkService.all.first) }

    /// A policy's `flink` that asks a proxy, for two seconds at most.
    private func flink(_ proxy: FlinkProxy, _ directory: TemporaryDirectory) throws -> String {
        try directory.write("curl.conf", Array("max-time = 2\n".utf8))
        return "{ rest: '\(proxy.url)', curlConfig: '\(directory.path)/curl.conf' }"
    }

    private static let silences = [
        ("hang", "timed out"), ("html", "cannot be parsed: <!doctype html>"),
        ("error500", "Internal server error"),
    ]

    @Test(arguments: TestSample.of(silences, count: 1, name: "silences of Flink"))
    func `law 2: while Flink does not say what runs, nothing goes, and no savepoint is asked for`(
        fault: String,
        words: String
    ) throws {
        let tree = try TemporaryDirectory()
        let demo = try BuiltProgram().run(["demo", "--into", "\(tree.path)/demo"])
        #expect(demo.code == 0, "\(demo)")
        let options = ["--policy", "\(tree.path)/policy.json5", "--state", "\(tree.path)/state"]
        func write(_ flink: String) throws {
            let root = "\(tree.path)/demo/tree/savepoints/audit"
            let text = "{ jobs: [ { name: 'audit', savepoints: '\(root)', flink: \(flink) } ] }"
            try tree.write("policy.json5", Array(text.utf8))
        }
        let service = try service()
        // With Flink's word something would go.
        try write("{ rest: '\(service.rest)' }")
        let sound = try BuiltProgram().run(["plan"] + options)
        #expect(sound.code == 0 && sound.text.contains("goes: 1"), "\(sound)")

        let proxy = try FlinkProxy(before: service, ["\(fault) GET ^/jobs/overview"])
        try write(try flink(proxy, tree))
        let before = try TreeSnapshot(of: "\(tree.path)/demo").paths
        let run = try BuiltProgram().run(["run"] + options)
        #expect(run.code == 3, "\(run)")
        #expect(run.text.contains(words), "\(run)")
        #expect(try TreeSnapshot(of: "\(tree.path)/demo").paths == before)
        let savepoint = try BuiltProgram().run(["savepoint", "--job", "audit"] + options)
        #expect(savepoint.code == 1, "\(savepoint)")
        #expect(savepoint.text.contains(words), "\(savepoint)")
        #expect(!proxy.requests.contains { $0.hasPrefix("POST") })
    }

    @Test func `another cluster's answer finds no job, and frees nothing of one that runs`() throws
    {
        let service = try service()
        guard FlinkService.all.count > 1 else { return }
        let calls = try FlinkCalls("elsewhere", service)
        let id = try service.run(calls.job)
        try calls.write(flink: "{ rest: '\(FlinkService.all[1].rest)' }")
        let savepoint = try calls.ofJob("savepoint")
        #expect(savepoint.code == 1, "\(savepoint)")
        #expect(savepoint.text.contains("cannot find the job \"\(calls.job)\""), "\(savepoint)")
        #expect(calls.notes.isEmpty)
        let plan = try calls.janitor("plan")
        #expect(plan.code == 0 && plan.text.contains("its attempt may be running"), "\(plan)")
        #expect(!plan.text.contains("goes: "), "\(plan)")
        try service.cancel(id)
    }

    private static let losses = [
        "lost POST /savepoints$", "hang GET /savepoints/", "html GET /savepoints/",
        "error500 GET /savepoints/",
    ]

    @Test(arguments: TestSample.of(losses, count: 2, name: "answers of Flink that are lost"))
    func `a savepoint whose answer is lost is noted, and the next call's`(rule: String) throws {
        let service = try service()
        let calls = try FlinkCalls("lost-\(rule.filter(\.isLetter))", service)
        let id = try service.run(calls.job)
        let proxy = try FlinkProxy(before: service, [rule])
        try calls.write(flink: try flink(proxy, calls.directory))
        let lost = try calls.ofJob("savepoint", "--label", "audit", "--wait", "1s")
        #expect(lost.code == 3, "\(lost)")
        #expect(lost.text.contains("hint: run the same command again"), "\(lost)")
        #expect(calls.notes.contains(id))
        try calls.write()
        let next = try calls.ofJob("savepoint")
        #expect(next.code == 0, "\(next)")
        let label = "\(next.localPath)/_label.audit"
        #expect(FileManager.default.fileExists(atPath: label), "\(next)")
        #expect(calls.savepoints.count == 1)
        #expect(!calls.notes.contains(id))
        try service.cancel(id)
    }

    @Test func `an order that may have been heard counts as lost only when nothing is going on`()
        throws
    {
        let service = try service()
        let calls = try FlinkCalls("heard", service)
        let id = try service.run(calls.job)
        let proxy = try FlinkProxy(before: service, ["error500 POST /savepoints$"])
        try calls.write(flink: try flink(proxy, calls.directory))
        let failed = try calls.ofJob("savepoint")
        #expect(failed.code == 3, "\(failed)")
        try calls.write()
        try calls.setNoteAge(minutes: 0)
        let early = try calls.ofJob("savepoint")
        #expect(early.code == 3 && early.text.contains("Flink does not know"), "\(early)")
        try calls.setNoteAge(minutes: 5)
        let next = try calls.ofJob("savepoint")
        #expect(next.code == 0 && next.text.contains("nothing came of"), "\(next)")
        #expect(calls.savepoints.count == 1)
        try service.cancel(id)
    }

    @Test func `a Flink that gives requests ids of its own is not asked twice`() throws {
        let service = try service()
        let calls = try FlinkCalls("renamed", service)
        let id = try calls.runHeld()
        let proxy = try FlinkProxy(before: service, ["renamed POST /savepoints$"])
        try calls.write(flink: try flink(proxy, calls.directory))
        let lost = try calls.ofJob("savepoint")
        #expect(lost.code == 3, "\(lost)")
        // It waits in a queue first, which Flink does not show.
        try service.wait("Flink works on it") { try service.isTakingSavepoint(id) }
        try calls.setNoteAge(minutes: 5)
        let early = try calls.ofJob("savepoint")
        #expect(early.code == 3 && early.text.contains("is taking a savepoint"), "\(early)")
        try calls.release()
        try service.wait("it is there") { try !service.isTakingSavepoint(id) }
        let next = try calls.ofJob("savepoint")
        #expect(next.code == 0, "\(next)")
        #expect(calls.savepoints.count == 1)
        try service.cancel(id)
    }

    @Test
    func `a cluster that is killed in the middle of a savepoint leaves word, and loses nothing`()
        throws
    {
        let directory = try TemporaryDirectory()
        let cluster = try service().cluster(in: "\(directory.path)/flink")
        let service = try cluster.start()
        let calls = try FlinkCalls("orphaned", service)
        let id = try calls.runHeld()
        let call = try calls.startOfJob("savepoint", "--wait", "4s")
        try service.wait("Flink works on it") { try service.isTakingSavepoint(id) }
        // A TaskManager alone would wait for its old JobManager's heartbeat before it joined the next.
        try cluster.kill("jobmanager")
        try cluster.kill("taskmanager")
        let killed = call.wait()
        #expect(killed.code == 3, "\(killed)")
        #expect(calls.notes.contains(id))
        // Nobody is there: nothing goes, and nothing is asked for.
        let run = try calls.janitor("run")
        #expect(run.code == 3, "\(run)")
        let silent = try calls.ofJob("savepoint", "--wait", "1s")
        #expect(silent.code == 3, "\(silent)")

        // Without high availability a JobManager that comes back knows nothing.
        _ = try cluster.start()
        try calls.setNoteAge(minutes: 0)
        let unknown = try calls.ofJob("savepoint")
        #expect(unknown.code == 3 && unknown.text.contains("Flink does not know"), "\(unknown)")
        try calls.setNoteAge(minutes: 5)
        let given = try calls.ofJob("savepoint")
        #expect(given.code == 1, "\(given)")
        #expect(given.text.contains("nothing came of"), "\(given)")
        #expect(given.text.contains("cannot find the job"), "\(given)")
        #expect(!calls.notes.contains(id))
    }
}
