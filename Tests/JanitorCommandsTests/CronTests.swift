// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import JanitorTestSupport
import Testing

/// The scripts of `cron/`, under cron's bare environment and with a program that stands in.
struct CronTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func run(
        _ script: String,
        code: Int32,
        _ more: [String] = []
    ) throws -> (code: Int32, said: String) {
        let program = "\(directory.path)/janitor"
        let text = "#!/bin/sh\necho \"arguments: $*\"\necho \"to people\" >&2\nexit \(code)\n"
        try Data(text.utf8).write(to: URL(filePath: program))
        try ExecutableScript.make(program)
        let path = SharedMaterial.checkout.appending(path: "cron/\(script)").path
        let end = try TestCommand.run(
            [
                "env", "-i", "HOME=\(directory.path)", "JANITOR=\(program)",
                "JANITOR_LOG=\(directory.path)/logs/log",
            ] + more + ["/bin/sh", path],
            takesErrors: true
        )
        return (try #require(end.code), end.text)
    }

    @Test func `the clean-up is silent when all is well, and logs what was said`() throws {
        let (code, said) = try run("nightly-cleanup.sh", code: 0, ["JANITOR_POLICY=/a b.json5"])
        #expect(code == 0)
        #expect(said.isEmpty)
        let log = try String(contentsOfFile: "\(directory.path)/logs/log", encoding: .utf8)
        #expect(log.contains("arguments: run --policy /a b.json5"))
        #expect(log.contains("to people"))
    }

    @Test(arguments: [Int32(1), 2, 3, 4, 5])
    func `the clean-up hands on any other exit code, with the program's words`(
        expected: Int32
    ) throws {
        let (code, said) = try run("nightly-cleanup.sh", code: expected)
        #expect(code == expected)
        #expect(said.contains("exit code \(expected)"))
        #expect(said.contains("to people"))
    }

    @Test func `a log that cannot be written hides neither the run nor its exit code`() throws {
        let (code, said) = try run(
            "nightly-cleanup.sh",
            code: 4,
            ["JANITOR_LOG=/proc/nowhere/log"]
        )
        #expect(code == 4)
        #expect(said.contains("cannot write the log /proc/nowhere/log"))
        #expect(said.contains("arguments: run"))
    }

    @Test func `only this run's words are mailed, not the whole log`() throws {
        _ = try run("nightly-cleanup.sh", code: 0, ["JANITOR_POLICY=/yesterday"])
        let (_, said) = try run("nightly-cleanup.sh", code: 3, ["JANITOR_POLICY=/today"])
        #expect(said.contains("/today"))
        #expect(!said.contains("/yesterday"))
    }

    @Test func `the report is printed for the mail, or only in trouble`() throws {
        let (code, said) = try run("dry-run-report.sh", code: 0)
        #expect(code == 0)
        #expect(said.contains("arguments: report\n"))
        let page = try run("dry-run-report.sh", code: 0, ["JANITOR_HTML=/a b.html"])
        #expect(page.said.contains("arguments: report --html /a b.html\n"))
        let quiet = try run("dry-run-report.sh", code: 0, ["JANITOR_MAIL=trouble"])
        #expect(quiet.said.isEmpty)
        let trouble = try run("dry-run-report.sh", code: 3, ["JANITOR_MAIL=trouble"])
        #expect(trouble.code == 3)
        #expect(trouble.said.contains("exit code 3"))
    }

    @Test(arguments: ["nightly-cleanup.sh", "dry-run-report.sh"])
    func `the scripts take turns, and say so when it takes too long`(script: String) throws {
        let lock = "\(directory.path)/turns"
        try Data().write(to: URL(filePath: lock))
        let holder = open(lock, O_RDWR | O_CLOEXEC)
        try #require(holder >= 0 && flock(holder, LOCK_EX) == 0)
        let options = ["JANITOR_LOCK=\(lock)", "JANITOR_WAIT=0"]
        let (code, said) = try run(script, code: 0, options)
        #expect(code == 5)
        #expect(said.contains("was not started"))
        #expect(said.contains(lock))
        #expect(!said.contains("arguments:"))
        close(holder)
        #expect(try run(script, code: 0, options).code == 0)
    }

    @Test func `the clean-up waits for janitors of other machines as well`() throws {
        _ = try run("nightly-cleanup.sh", code: 0, ["JANITOR_WAIT=90"])
        let log = try String(contentsOfFile: "\(directory.path)/logs/log", encoding: .utf8)
        #expect(log.contains("arguments: run --wait 90s"))
    }

    @Test func `the crontab has five times and a script of ours on every line`() throws {
        let text = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "cron/janitor.crontab"),
            encoding: .utf8
        )
        let jobs = text.split(separator: "\n").filter { $0.first?.isNumber == true }
        #expect(jobs.count == 2)
        for job in jobs {
            let fields = job.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            #expect(fields.count == 6)
            let script = job.split(separator: "/").last.map(String.init) ?? ""
            let path = SharedMaterial.checkout.appending(path: "cron/\(script)").path
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(script)")
        }
        for name in ["SHELL=/bin/sh", "PATH=", "MAILTO="] { #expect(text.contains(name)) }
    }
}
