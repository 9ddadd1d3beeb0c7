// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import JanitorTestSupport
import Testing

/// The crontab of `cron/`, run by Debian's cron, with the program that was built.
@Suite(
    .enabled(if: CronService.mails != nil, "this machine does not allow it: cron is root's"),
    .besideFlink
)
struct CronServiceTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let demo = try BuiltProgram().run(["demo", "--into", "\(directory.path)/demo"])
        try #require(demo.code == 0)
    }

    /// The shipped crontab as a file of `/etc/cron.d`: every minute, with these values.
    private func crontab(_ values: [String: String], keeping scripts: String) throws -> String {
        let text = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "cron/janitor.crontab"),
            encoding: .utf8
        )
        var lines: [String] = []
        for line in text.split(separator: "\n").map(String.init) {
            if let name = line.wholeMatch(of: /([A-Z_]+)=.*/)?.1, values[String(name)] != nil {
                continue
            } else if line.first?.isNumber == true {
                let fields = line.split(separator: " ", maxSplits: 5)
                try #require(fields.count == 6)
                if line.contains(scripts) { lines.append("* * * * * root \(fields[5])") }
            } else {
                lines.append(line)
            }
        }
        let set = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (set + lines).joined(separator: "\n") + "\n"
    }

    /// Mails that hold a mark.
    private func mails(_ mark: String) throws -> [String] {
        let folder = try #require(CronService.mails)
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".mail") }
            .compactMap { try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
            .filter { $0.contains(mark) }
    }

    private func values(_ name: String) -> [String: String] {
        [
            "JANITOR": BuiltProgram.path,
            "JANITOR_CRON": SharedMaterial.checkout.appending(path: "cron").path,
            "JANITOR_POLICY": "\(directory.path)/demo/policy.json5",
            "XDG_STATE_HOME": "\(directory.path)/state",
            "JANITOR_LOG": "\(directory.path)/\(name)/log",
        ]
    }

    @Test func `cron runs the clean-up silently, mails the report, and mails who holds a lock`()
        throws
    {
        let tag = "janitor-test-\(UInt32.random(in: 1...UInt32.max))"
        let held = "\(directory.path)/held/turns"
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/held",
            withIntermediateDirectories: true
        )
        // Last night's clean-up is still at work.
        let holder = open(held, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        try #require(holder >= 0 && flock(holder, LOCK_EX) == 0)
        defer { close(holder) }
        let late = values("held").merging(["JANITOR_LOCK": held, "JANITOR_WAIT": "0"]) { $1 }
        let tables = [
            tag: try crontab(values("first"), keeping: ".sh"),
            "\(tag)-late": try crontab(late, keeping: "nightly-cleanup.sh"),
        ]
        defer { for name in tables.keys { unlink("/etc/cron.d/\(name)") } }
        for (name, text) in tables {
            let path = "/etc/cron.d/\(name)"
            try Data(text.utf8).write(to: URL(filePath: "\(path).new"))
            chmod("\(path).new", 0o644)
            rename("\(path).new", path)
        }
        let log = "\(directory.path)/first/log"
        func said() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
        // Cron looks at its tables once a minute.
        for _ in 0..<1500 {
            let isOver =
                try said().contains("10 snapshots taken") && !mails("report of").isEmpty
                && !mails("\(held)").isEmpty
            if isOver { break }
            usleep(100_000)
        }
        for name in tables.keys { unlink("/etc/cron.d/\(name)") }
        #expect(said().contains("10 snapshots taken"))
        let reports = try mails("report of \(directory.path)/demo/policy.json5")
        #expect(reports.contains { $0.contains("what goes when") && $0.contains("job audit") })
        #expect(reports.contains { $0.contains("Subject: Cron <root@") })
        #expect(try mails("snapshots taken").isEmpty)
        let refusals = try mails(held)
        #expect(refusals.contains { $0.contains("janitor run was not started") })
        let journals = try FileManager.default.contentsOfDirectory(
            atPath: "\(directory.path)/state/janitor/runs"
        )
        #expect(!journals.isEmpty)
    }
}

/// Debian's cron with a place for its mails; nil where no test service brought it.
enum CronService {
    static let mails = ProcessInfo.processInfo.environment["JANITOR_TEST_CRON"]
}
