// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Testing

/// A run with which something is wrong and the one after it, held to what has to be so whatever it was.
struct HDFSTrial {
    /// The newest savepoint of each job.
    static let kept: Set<String> = ["a", "b"].reduce(into: []) {
        $0.insert("sp/\($1)/savepoint-5a1e5a-000000000003")
    }

    let site: HDFSSite
    private let before: [String: Int64]

    /// Three savepoints of each of two jobs, and others that are no job's.
    init(_ service: HDFSService, trash: String = "0d", user: String? = nil) throws {
        site = try HDFSSite(service, trash: trash, user: user)
        before = site.written
        try #require(before.count == 14, "\(before)")
    }

    private var laws: ClientFaultLaws {
        // What lies outside the roots has to stay like what the policy keeps.
        ClientFaultLaws(before: Set(before.keys), kept: Self.kept.union(["other"]))
    }

    /// Holds a run that something was wrong with to the laws.
    ///
    /// - Parameters:
    ///   - end: How it ended.
    ///   - code: How it has to end.
    ///   - words: What it has to say.
    ///   - tookNothing: Whether all has to be there still, and no lock.
    ///   - location: Where it is asked for.
    /// - Throws: Where HDFS cannot be listed.
    func check(
        _ end: BuiltProgram.End,
        code: Int32,
        says words: String...,
        tookNothing: Bool = true,
        location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(end.code == code, "\(end.text)", sourceLocation: location)
        for word in words {
            #expect(end.text.contains(word), "\(end.text)", sourceLocation: location)
        }
        let look = try site.look()
        let problems = laws.problems(end, left: Set(look.files.keys))
        #expect(problems.isEmpty, "\(end.text)", sourceLocation: location)
        let changed = look.files.filter { before[$0.key] != $0.value }
        #expect(changed.isEmpty, "\(end.text)", sourceLocation: location)
        if tookNothing {
            #expect(look.files == before, "\(end.text)", sourceLocation: location)
            #expect(look.locks.isEmpty, "\(end.text)", sourceLocation: location)
        }
    }

    /// Lets a call of the client's go wrong, and then goes on.
    ///
    /// - Returns: Whether there was such a call.
    func disturb(_ fault: ClientFault) throws -> Bool {
        try ClientFault.limitCalls(in: site.local)
        try fault.arm(in: site.local)
        let end = try site.run("run", environment: fault.environment)
        var problems = ClientFault.left(in: site.local).map { "process \($0) is left" }
        let isMet = try ClientFault.disarm(in: site.local)
        if isMet { problems += fault.silence(end) }
        problems += laws.problems(end, left: Set(try site.look().files.keys))
        var next = try site.run("run")
        if fault.kind == .nothing, next.code == 5, next.text.contains("it names no owner") {
            // A lock that is said to have been given back and was not: what to do is what it says.
            for lock in try site.look().locks {
                try site.service.run(["dfs", "-rm", "-r", "\(site.root.path)/\(lock)"])
            }
            next = try site.run("run")
        }
        problems += laws.problemsAfterwards(next, left: Set(try site.look().files.keys))
        #expect(problems.isEmpty, "\(fault)\n\(end.text)\n\(next.text)")
        return isMet
    }

    /// Runs once more with nothing wrong: it ends as if nothing had ever been.
    func goOn(location: SourceLocation = #_sourceLocation) throws {
        let end = try site.run("run")
        let look = try site.look()
        let problems = laws.problemsAfterwards(end, left: Set(look.files.keys))
        #expect(problems.isEmpty, "\(end.text)", sourceLocation: location)
        #expect(look.locks.isEmpty, "\(look.locks)", sourceLocation: location)
        let changed = look.files.filter { before[$0.key] != $0.value }
        #expect(changed.isEmpty, sourceLocation: location)
    }
}
