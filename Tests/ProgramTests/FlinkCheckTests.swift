// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// `check`, `config` and `health` beside real Flink.
@Suite(.enabled(if: !FlinkService.all.isEmpty, "\(FlinkService.skipMessage)"), .besideFlink)
struct FlinkCheckTests {
    @Test(arguments: FlinkService.all)
    func `check names what does not fit the policy, each with the line to change`(
        service: FlinkService
    ) throws {
        let elsewhere = try TemporaryDirectory()
        let calls = try FlinkCalls(
            "checked",
            service,
            defaults: "{ checkpoints: { keepLast: 2 } }",
            roots: FlinkCalls.Roots(
                savepoints: "file://\(elsewhere.path)/sp",
                checkpoints: "file://\(elsewhere.path)/cp"
            )
        )
        let stopped = try calls.janitor("check")
        #expect(stopped.code == 0 && stopped.text.contains("job \"\(calls.job)\": "), "\(stopped)")
        let id = try service.submit(
            calls.job,
            settings: [
                "execution.checkpointing.externalized-checkpoint-retention":
                    "DELETE_ON_CANCELLATION",
                "execution.checkpointing.interval": "20 min",
            ]
        )
        try service.wait("it runs") { try service.state(of: id) == "RUNNING" }
        let check = try calls.janitor("check")
        #expect(check.code == 0, "\(check)")
        for line in [
            "execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION",
            "state.checkpoints.dir: file://\(elsewhere.path)/cp",
            "state.savepoints.dir: file://\(elsewhere.path)/sp",
            "state.checkpoints.num-retained: 2", "execution.checkpointing.timeout: 20 min",
        ] {
            #expect(
                check.text.contains("hint: write in Flink's configuration: \(line)"),
                "\(check)"
            )
        }
        try service.cancel(id)

        try calls.write(flink: "{ rest: 'http://127.0.0.1:1' }")
        let silent = try calls.janitor("check")
        #expect(silent.code == 1 && silent.text.contains("cannot list the jobs"), "\(silent)")
    }

    @Test(arguments: FlinkService.all)
    func `a job that is set up by config has nothing for check to say`(
        service: FlinkService
    ) throws {
        let calls = try FlinkCalls("configured", service)
        let printed = try calls.ofJob("config", "--yaml")
        #expect(printed.code == 0, "\(printed)")
        var settings: [String: String] = [:]
        for line in printed.text.split(separator: "\n") {
            let parts = try #require(line.firstRange(of: ": "))
            settings[String(line[..<parts.lowerBound])] = String(line[parts.upperBound...])
        }
        #expect(settings.count == 10)
        let id = try service.submit(calls.job, settings: settings)
        try service.wait("it runs") { try service.state(of: id) == "RUNNING" }
        let check = try calls.janitor("check")
        #expect(check.text.contains("job \(id) runs, checkpoints every 2 min, timeout 15 min"))
        #expect(!check.text.contains("warning: job"), "\(check)")
        try service.cancel(id)
    }

    @Test(arguments: FlinkService.all)
    func `health tells well from unwell, not running and silent`(service: FlinkService) throws {
        let calls = try FlinkCalls("healthy", service)
        let absent = try calls.ofJob("health")
        #expect(absent.code == 1 && absent.text.contains("unhealthy"), "\(absent)")
        let id = try service.run(calls.job)
        func flink(_ share: String) -> String {
            "{ rest: '\(service.rest)', health: { intervalShare: \(share) } }"
        }
        try calls.write(flink: flink("1"))
        let well = try calls.ofJob("health", "--json")
        // A checkpoint may take longer than the second in between on a machine that is busy.
        #expect(well.text.contains("\"jobId\": \"\(id)\""), "\(well)")
        try calls.write(flink: flink("0.000001"))
        let unwell = try calls.ofJob("health")
        #expect(unwell.code == 1, "\(unwell)")
        #expect(unwell.text.contains("of the interval of 1 s"), "\(unwell)")
        try service.cancel(id)
        try calls.write(flink: "{ rest: 'http://127.0.0.1:1' }")
        let silent = try calls.ofJob("health")
        #expect(silent.code == 3 && silent.text.contains("unknown"), "\(silent)")
    }
}
