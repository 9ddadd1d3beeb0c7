// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// Metrics of runs and reports, as Prometheus's own tool reads them.
struct MetricsTests {
    private let directory: TemporaryDirectory
    private let program = BuiltProgram()

    init() throws {
        directory = try TemporaryDirectory()
        try #require(try program.run(["demo", "--into", "\(directory.path)/demo"]).code == 0)
    }

    private var file: String { "\(directory.path)/janitor.prom" }

    private func run(_ command: String, _ more: [String] = []) throws -> BuiltProgram.End {
        try program.run(
            [
                command, "--policy", "\(directory.path)/demo/policy.json5",
                "--state", "\(directory.path)/state", "--metrics", file,
            ] + more
        )
    }

    /// Samples by name and labels.
    private func samples() throws -> [String: Double] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where line.first != "#" {
            let space = try #require(line.lastIndex(of: " "))
            samples[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
        return samples
    }

    private func promtool(_ arguments: [String], input: String? = nil) throws -> String {
        let end = try TestCommand.run(
            [try #require(Promtool.path)] + arguments,
            in: directory.path,
            input: try input.map { try String(contentsOfFile: $0, encoding: .utf8) } ?? "",
            takesErrors: true
        )
        #expect(end.code == 0, "\(end.text)")
        return end.text
    }

    @Test func `a run tells what it did, and a report after it does not forget that`() throws {
        #expect(try run("run").code == 0)
        let first = try samples()
        #expect(first["janitor_last_exit_code{command=\"run\"}"] == 0)
        #expect(first["janitor_last_run_removed{job=\"orders\",form=\"snapshot\"}"] == 2)
        #expect(first["janitor_last_success_timestamp_seconds{command=\"run\"}"] ?? 0 > 1e9)
        #expect(try run("report").code == 0)
        let second = try samples()
        for (name, value) in first where name.contains("run") { #expect(second[name] == value) }
        let label = "{job=\"orders\",kind=\"savepoint\",verdict=\"condemn\"}"
        #expect(first["janitor_snapshots\(label)"] == 1)
        #expect(second["janitor_snapshots\(label)"] == 0)
        let removed = first["janitor_last_run_removed_bytes{job=\"orders\"}"] ?? 0
        #expect(removed > 0)
        #expect(second["janitor_stored_bytes{job=\"orders\",use=\"trash\"}"] ?? 0 >= removed)
    }

    @Test func `a run that fails says so, and the last success stays`() throws {
        #expect(try run("run").code == 0)
        let first = try samples()
        let lost = "\(directory.path)/elsewhere"
        try FileManager.default.moveItem(atPath: "\(directory.path)/state", toPath: lost)
        try Data("no directory".utf8).write(to: URL(filePath: "\(directory.path)/state"))
        #expect(try run("run").code == 1)
        let second = try samples()
        let success = "janitor_last_success_timestamp_seconds{command=\"run\"}"
        #expect(second[success] == first[success])
        #expect(second["janitor_last_exit_code{command=\"run\"}"] == 1)
        #expect(first.keys.filter { second[$0] == nil } == [])
    }

    @Test func `metrics that cannot be written change no exit code`() throws {
        let end = try program.run([
            "report", "--policy", "\(directory.path)/demo/policy.json5", "--state",
            "\(directory.path)/state", "--metrics", "\(directory.path)/nowhere/janitor.prom",
        ])
        #expect(end.code == 0)
        #expect(end.text.contains("warning: cannot write"))
    }

    @Test(.enabled(if: Promtool.path != nil, "there is no test service \"prometheus\""))
    func `promtool finds nothing wrong with the metrics`() throws {
        #expect(try run("report").code == 0)
        #expect(try run("run").code == 0)
        #expect(try promtool(["check", "metrics"], input: file) == "")
        // A file with time stamps is refused by the node exporter.
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for line in text.split(separator: "\n") where line.first != "#" {
            #expect(line.replacing(/"[^"]*"/, with: "").split(separator: " ").count == 2)
        }
    }

    @Test(.enabled(if: Promtool.path != nil, "there is no test service \"prometheus\""))
    func `each alert fires on what it is meant for, and on nothing else`() throws {
        let alerts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Alerts")
        let rules = SharedMaterial.checkout.appending(path: "cron/janitor.rules.yml")
        for file in [alerts.appending(path: "janitor.rules.test.yml"), rules] {
            try FileManager.default.copyItem(
                at: file,
                to: URL(filePath: "\(directory.path)/\(file.lastPathComponent)")
            )
        }
        #expect(try promtool(["check", "rules", "janitor.rules.yml"]).contains("9 rules found"))
        #expect(try promtool(["test", "rules", "janitor.rules.test.yml"]).contains("SUCCESS"))
    }

    @Test func `every metric of an alert is one that is written`() throws {
        #expect(try run("report").code == 0)
        #expect(try run("run").code == 0)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let rules = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "cron/janitor.rules.yml"),
            encoding: .utf8
        )
        let named = Set(rules.matches(of: /janitor_[a-z_]+/).map { String($0.0) })
        #expect(named.count > 6)
        for name in named { #expect(text.contains("# TYPE \(name) gauge"), "\(name)") }
    }
}

/// Prometheus's own checker; nil where no test service brought it.
private enum Promtool {
    static let path = ProcessInfo.processInfo.environment["JANITOR_TEST_PROMTOOL"]
}
