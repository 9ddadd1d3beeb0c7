// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// What is said of stores by their command lines: whether there is an undo, and what helps when one
/// is not there.
struct StoreMessageTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/bin",
            withIntermediateDirectories: true
        )
    }

    private func makeProgram(_ name: String, _ script: String) throws -> String {
        let path = "\(directory.path)/bin/\(name)"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
        try ExecutableScript.make(path)
        return path
    }

    private func options(_ root: String, hdfs: String = "hdfs") throws -> [String] {
        let policy = """
            { stores: { hdfs: { command: ["\(hdfs)"] } }, jobs: [{ name: "a", savepoints: "\(root)" }] }
            """
        try Data(policy.utf8).write(to: URL(filePath: "\(directory.path)/policy.json5"))
        return ["--policy", "\(directory.path)/policy.json5", "--state", "\(directory.path)/state"]
    }

    /// What a command prints in this process, results and messages.
    private func said(_ words: [String]) -> String {
        var result: [UInt8] = []
        var messages: [String] = []
        let console = Console(result: { result += Array($0) }, message: { messages.append($0) })
        _ = JanitorMain.run(words.map { ObjectName($0) }, console: console)
        return String(decoding: result, as: UTF8.self) + messages.joined(separator: "\n")
    }

    @Test(arguments: [("Enabled", "undo for 7d"), ("Suspended", "no undo"), ("None", "no undo")])
    func `check and plan ask a bucket whether it keeps versions`(
        versioning: String,
        undo: String
    ) throws {
        _ = try makeProgram(
            "aws",
            """
            case "$*" in
            *get-bucket-versioning*) echo \(versioning) ;;
            *--delimiter*) echo None ;;
            *) echo null ;;
            esac
            """
        )
        let options = try options("s3://bucket/sp/a")
        let path = ["PATH": "\(directory.path)/bin:/usr/bin:/bin"]
        let check = try BuiltProgram().run(["check"] + options, environment: path).text
        #expect(
            check.contains(
                "s3://bucket/sp/a: not there (right for a job that never wrote), \(undo)\n"
            )
        )
        #expect(check.contains("gone for good") == (undo == "no undo"), "\(check)")
        let plan = try BuiltProgram().run(["plan"] + options, environment: path).text
        #expect(plan.contains("s3://bucket/sp/a (not there, \(undo))\n"), "\(plan)")
    }

    @Test(arguments: [
        ("AccessDenied", "undo not known", "nothing goes from s3://bucket/, since \"trash\" wants"),
        ("NotImplemented", "no undo", "what goes there is gone for good"),
    ])
    func `a bucket that does not say whether it keeps versions is none without`(
        code: String,
        undo: String,
        warning: String
    ) throws {
        _ = try makeProgram(
            "aws",
            """
            case "$*" in
            *get-bucket-versioning*)
                echo 'An error occurred (\(code)) when calling the GetBucketVersioning operation: no' >&2
                exit 254 ;;
            *--delimiter*) echo None ;;
            *) echo null ;;
            esac
            """
        )
        let options = try options("s3://bucket/sp/a")
        let path = ["PATH": "\(directory.path)/bin:/usr/bin:/bin"]
        let check = try BuiltProgram().run(["check"] + options, environment: path).text
        #expect(check.contains("(right for a job that never wrote), \(undo)\n"), "\(check)")
        #expect(check.contains(warning), "\(check)")
        #expect(check.contains("allow s3:GetBucketVersioning") == (code == "AccessDenied"))
        let plan = try BuiltProgram().run(["plan"] + options, environment: path)
        #expect(plan.text.contains("s3://bucket/sp/a (not there, \(undo))\n"), "\(plan.text)")
        #expect(plan.code == (code == "AccessDenied" ? 3 : 0), "\(plan.text)")
    }

    @Test func `no undo is promised of a store that is not reached`() throws {
        _ = try makeProgram("aws", "echo 'it is gone' >&2; exit 1")
        let options = try options("s3://bucket/sp/a")
        let path = ["PATH": "\(directory.path)/bin:/usr/bin:/bin"]
        let check = try BuiltProgram().run(["check"] + options, environment: path).text
        #expect(check.contains("s3://bucket/sp/a: cannot be read, undo not known\n"), "\(check)")
        let hdfs = try self.options("hdfs://nn/sp/a", hdfs: "/nonexistent/hdfs")
        #expect(said(["plan"] + hdfs).contains("(not listed completely, undo not known)\n"))
        #expect(said(["plan", "--json"] + hdfs).contains("\"undo\": null"))
    }

    @Test func `an undo on HDFS is promised for no longer than the NameNode may keep it`() throws {
        let shell = try makeProgram(
            "hdfs",
            "echo \"ls: \\`/sp/a': No such file or directory\" >&2; exit 1"
        )
        let options = try options("hdfs://nn/sp/a", hdfs: shell)
        let promise = "undo for 7d, or for the NameNode's own fs.trash.interval if that is shorter"
        #expect(
            said(["check"] + options).contains(
                "not there (right for a job that never wrote), \(promise)"
            )
        )
        #expect(said(["plan"] + options).contains("(not there, \(promise))"))
        #expect(said(["plan", "--json"] + options).contains("\"undo\": \"7d\""))
    }

    @Test(arguments: ["plan", "run", "list", "usage", "check", "verify"])
    func `of a client that is not there one hint says what helps`(command: String) throws {
        let options = try options("hdfs://nn/sp/a", hdfs: "/nonexistent/hdfs")
        let said = said([command] + options)
        #expect(said.contains("cannot run \"/nonexistent/hdfs\""), "\(said)")
        #expect(!said.contains("\\x0A"), "\(said)")
        let hints = said.matches(of: /hint: ([^\n]*)/).map { String($0.1) }
        #expect(Set(hints) == ["install it, or name it by its absolute path in the policy"])
        let messages = said.matches(of: /cannot run/).count
        #expect(hints.count == messages, "\(said)")
    }

    @Test func `a child that is killed before it begins is told, and not waited for`() throws {
        let options = try options("hdfs://nn/sp/a", hdfs: "/bin/true")
        let killed = Fault(.before, at: 1, calls: "setsid").environment
        let end = try BuiltProgram().run(["plan"] + options, environment: killed)
        #expect(end.code == 3, "\(end)")
        #expect(end.text.contains("no process can be started"), "\(end.text)")
    }

    @Test func `of a root that may not be read the hint speaks of a root`() throws {
        let options = try options("s3://bucket/sp/a")
        _ = try makeProgram(
            "aws",
            """
            echo 'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: no' >&2
            exit 254
            """
        )
        let path = ["PATH": "\(directory.path)/bin:/usr/bin:/bin"]
        let plan = try BuiltProgram().run(["plan", "--json"] + options, environment: path).text
        #expect(plan.contains("\"hint\": \"look who may do that there, and as whom janitor runs\""))
        #expect(!plan.contains("move it out of the roots"))
    }
}
