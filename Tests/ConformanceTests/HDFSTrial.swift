// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// A run with which something is wrong and the one after it, held to what has to be so whatever it was.
struct HDFSTrial {
    let site: HDFSSite
    /// What a run leaves that nothing disturbs.
    let expected: StoreLook

    /// The tree that faults are tried on.
    ///
    /// - Parameters:
    ///   - service: Where.
    ///   - trash: The policy's `trash`.
    ///   - user: Whom the program runs as, and whose the tree is; nil for who may do anything.
    ///   - options: Words for every call of the client.
    /// - Throws: Where it cannot be written.
    init(
        _ service: HDFSService,
        trash: String = "0d",
        user: String? = nil,
        options: [String] = []
    ) throws {
        site = try HDFSSite(faulted: service, trash: trash, user: user, options: options)
        expected = site.taken(by: site.usesTrash ? .trash : .run)
        let lengths = site.content.lengths
        try #require(lengths.count == FaultedTree.count.files, "\(lengths)")
        try #require(lengths.count - expected.files.count == FaultedTree.count.taken)
    }

    private var laws: ClientFaultLaws {
        ClientFaultLaws(content: site.content, before: site.untouched, expected: expected)
    }

    /// What a run has to leave.
    enum Remainder {
        /// All that was there.
        case everything
        /// Whatever the laws allow; what it is to leave, where it ended with 0.
        case something
        /// Just this.
        case exactly(StoreLook)
    }

    /// Holds a run that something was wrong with to the laws.
    ///
    /// - Parameters:
    ///   - end: How it ended.
    ///   - code: How it has to end.
    ///   - words: What it has to say, wherever its lines break.
    ///   - remainder: What has to be there still.
    ///   - leavesLocks: Whether it may not have been able to give its locks back.
    ///   - location: Where it is asked for.
    /// - Throws: Where HDFS cannot be listed.
    func check(
        _ end: BuiltProgram.End,
        code: Int32,
        says words: String...,
        leaving remainder: Remainder = .everything,
        leavesLocks: Bool = false,
        location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(end.code == code, "\(end.text)", sourceLocation: location)
        let said = end.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for word in words {
            #expect(said.contains(word), "\(end.text)", sourceLocation: location)
        }
        let look = try site.look()
        var problems = laws.violations(in: look)
        switch remainder {
        case .everything: problems += look.differences(from: site.untouched)
        case .exactly(let wanted): problems += look.differences(from: wanted)
        case .something: if end.code == 0 { problems += look.differences(from: expected) }
        }
        if !leavesLocks { problems += look.held.sorted().map { "the lock \($0) is left" } }
        #expect(problems.isEmpty, "\(end.text)", sourceLocation: location)
    }

    /// Holds to the laws what a run left that was killed.
    func checkKilled(
        _ end: BuiltProgram.End,
        location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(end.signal == SIGKILL, "\(end)", sourceLocation: location)
        let problems = laws.violations(in: try site.look())
        #expect(problems.isEmpty, "\(end.text)", sourceLocation: location)
    }

    /// Runs once more with nothing wrong: it ends as if nothing had ever been.
    func goOn(location: SourceLocation = #_sourceLocation) throws {
        let end = try site.run("run")
        let problems = laws.problemsAfterwards(end, try site.look())
        #expect(problems.isEmpty, "\(end.text)", sourceLocation: location)
    }

    /// Puts one more savepoint there that a run would take.
    ///
    /// - Returns: What is there then.
    /// - Throws: Where it cannot be put.
    func addOlderSavepoint() throws -> StoreLook {
        let before = try site.look()
        try site.addOlderSavepoint()
        let look = try site.look()
        try #require(look.files.count == before.files.count + 2, "\(look)")
        return look
    }

    /// Makes a home directory for a user; whoever wants it removes it again.
    static func makeHome(_ home: String, of user: String, _ service: HDFSService) throws {
        try service.run(["dfs", "-mkdir", "-p", home])
        // Whoever made it first may have kept it to himself.
        try service.run(["dfs", "-chmod", "755", "/user"])
        try service.run(["dfs", "-chown", user, home])
    }
}
