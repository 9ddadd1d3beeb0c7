// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// `janitor report` on the demonstration tree.
struct ReportCommandTests {
    private let directory: TemporaryDirectory
    private let program = BuiltProgram()

    init() throws {
        directory = try TemporaryDirectory()
        let end = try program.run(["demo", "--into", "\(directory.path)/demo"])
        try #require(end.code == 0)
    }

    private func report(_ more: [String]) throws -> BuiltProgram.End {
        try program.run(
            [
                "report", "--policy", "\(directory.path)/demo/policy.json5",
                "--state", "\(directory.path)/state",
            ] + more
        )
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(directory.path)/\(name)", encoding: .utf8)
    }

    @Test func `one look is told in every form, and changes nothing`() throws {
        let before = try TreeSnapshot(of: "\(directory.path)/demo")
        let files = ["--html", "\(directory.path)/r.html", "--csv", "\(directory.path)/r.csv"]
        let end = try report(files)
        #expect(end.code == 0)
        #expect(end.text.contains("what goes when"))
        #expect(end.text.contains("job sales_pipeline"))
        #expect(try text("r.html").hasPrefix("<!doctype html>"))
        #expect(try text("r.csv").hasPrefix("path,job,"))
        #expect(try TreeSnapshot(of: "\(directory.path)/demo") == before)
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/state"))
    }

    @Test func `two reports of one moment are equal`() throws {
        let moment = ["--at", "2027-03-01T00:00:00Z"]
        for form in [["--html", "-"], ["--csv", "-"], ["--json"], []] {
            let first = try report(moment + form)
            #expect(first.code == 0)
            #expect(!first.text.isEmpty)
            #expect(try report(moment + form) == first)
        }
    }

    @Test func `what was recorded counts as a sighting, and no lock stays behind`() throws {
        #expect(try report(["--record"]).code == 0)
        let memory = try text("state/memory.json")
        #expect(memory.contains("lastRun"))
        let sightings = try Data(contentsOf: URL(filePath: "\(directory.path)/state/sightings"))
        #expect(sightings.count > 100)
        let walk = FileManager.default.enumerator(atPath: "\(directory.path)/demo")
        while let path = walk?.nextObject() as? String {
            #expect(!path.contains(".janitor-lock"), "\(path)")
        }
        #expect(try report(["--record", "--at", "2027-03-01"]).code == 2)
    }

    @Test(arguments: [
        ["--csv", "-", "--json"], ["--html", "-", "--csv", "-"], ["--json", "--html", "-"],
    ])
    func `two forms are never written into one output`(options: [String]) throws {
        let end = try report(options)
        #expect(end.code == 2)
        #expect(end.text.contains("into one output\n  hint: name a file"), "\(end.text)")
    }

    @Test func `a page that cannot be written is an error that names it`() throws {
        let end = try report(["--html", "\(directory.path)/nowhere/r.html"])
        #expect(end.code == 1)
        #expect(end.text.contains("cannot write \"\(directory.path)/nowhere/r.html\""))
    }
}
