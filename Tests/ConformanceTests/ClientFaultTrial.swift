// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import Testing

/// A command whose client goes wrong at one call, and the command after it, held to the laws.
struct ClientFaultTrial {
    let command: ClientCommand
    /// A tree that nobody has worked on.
    let site: any ClientFaultSite

    init(_ command: ClientCommand, _ site: any ClientFaultSite) {
        self.command = command
        self.site = site
    }

    /// What comes of the command where nothing disturbs it.
    struct Calm {
        /// How many calls it makes.
        let calls: Int
        /// What is there afterwards.
        let look: StoreLook
    }

    /// Carries the command out with nothing wrong: what it leaves is told by the tree and the policy.
    func calm() throws -> Calm {
        let words = try prepare()
        let end = try site.run(words)
        try #require(end.code == 0, "\(command): \(end.text)")
        let calls = try site.callCount()
        try #require(calls > 3, "\(command)")
        let look = try site.look()
        let differences = look.differences(from: wanted)
        try #require(differences == [], "\(command): \(end.text)")
        try #require(look.held.isEmpty && look.abandoned.isEmpty, "\(command): \(look)")
        return Calm(calls: calls, look: look)
    }

    /// Lets a call go wrong, and then goes on.
    ///
    /// - Parameters:
    ///   - fault: What happens to which call.
    ///   - calm: What comes of the command otherwise.
    /// - Returns: Whether it happened.
    /// - Throws: Where the store cannot be looked at.
    func disturb(_ fault: ClientFault, after calm: Calm) throws -> ClientFault.Meeting {
        try ClientFault.limitCalls(in: site.local)
        let words = try prepare()
        try fault.arm(in: site.local)
        let end = try site.run(words, environment: fault.environment)
        let meeting = try ClientFault.disarm(in: site.local)
        let laws = ClientFaultLaws(content: site.content, before: before, expected: calm.look)
        guard meeting.isMet else {
            let look = try site.look()
            // For whom time passes faster any call of a busy machine may come to its limit.
            let problems =
                fault.kind.isEndless
                ? laws.violations(in: look) : laws.problemsAfterwards(end, look)
            #expect(problems.isEmpty, "\(command) undisturbed, \(fault)\n\(end.text)")
            return meeting
        }
        // What the killed one has at work would change what is looked at; it is the next one's affair.
        let isAtWork = fault.kind == .killAmid
        var problems: [String] = isAtWork ? [] : left("")
        problems += laws.problems(of: end, isAtWork ? nil : try site.look(), after: fault)
        if site.tellsOfSilence { problems += fault.silence(end) }
        let next = try goOn(words, fault, meeting)
        problems += laws.problemsAfterwards(
            next,
            try site.look(),
            isLiedTo: fault.kind == .claimed,
            mayRefuse: command == .undo,
            mayBeAbandoned: fault.kind.isKill
        )
        if isAtWork { problems += left(" after the next command") }
        if command == .trash { problems += try bringBack(after: fault) }
        #expect(
            problems.isEmpty,
            "\(command), \(fault), \(meeting.words ?? "")\n\(end)\n\(next.text)"
        )
        return meeting
    }

    /// What has to be there when the command has come to its end.
    private var wanted: StoreLook {
        switch command {
        case .run, .trash: site.taken(by: command)
        case .undo: site.untouched
        case .empty: site.taken(by: .run)
        }
    }

    /// What is there before the command.
    private var before: StoreLook {
        switch command {
        case .run, .trash: site.untouched
        case .undo, .empty: site.taken(by: .trash)
        }
    }

    /// Does what has to be done before the command, and gives its words.
    private func prepare() throws -> [String] {
        guard command == .undo || command == .empty else { return ["run"] }
        let end = try site.run(["run"])
        try #require(end.code == 0, "\(end.text)")
        if command == .empty { return ["trash", "empty"] }
        return ["undo", try #require(try site.runs().first)]
    }

    private func left(_ when: String) -> [String] {
        ClientFault.left(in: site.local).map { "process \($0) is at work still\(when)" }
    }

    /// Carries the command out once more; locks that name nobody are removed by hand, as it asks for.
    private func goOn(
        _ words: [String],
        _ fault: ClientFault,
        _ meeting: ClientFault.Meeting
    ) throws -> BuiltProgram.End {
        var next = try site.run(words)
        // Only who was cut off while he took or gave back a lock leaves one without a name, of each of
        // three roots at most.
        guard fault.kind.mayLeaveNamelessLock, meeting.words?.contains(".janitor-lock") ?? false
        else { return next }
        for _ in 0..<3 where next.code == 5 && next.text.contains("it names no owner") {
            guard try site.removeNamelessLock(namedIn: next.text) else { break }
            print("\(command), \(fault): a lock that named nobody was removed by hand")
            next = try site.run(words)
        }
        return next
    }

    /// Brings back what all runs took, the newest first: nothing may be missing then.
    private func bringBack(after fault: ClientFault) throws -> [String] {
        // A run of which nothing lies in the trash is refused by name. What was only said to have gone
        // there is not found, or waits for what it needs, which did go.
        let isLiedTo = fault.kind == .claimed
        let codes: Set<Int32?> = isLiedTo ? [0, 2, 3] : [0, 2]
        let runs = try site.runs().reversed()
        var problems: [String] = []
        // A snapshot waits for what it needs, and comes the second time where the names of two runs in
        // one second do not tell which was first.
        for _ in 0..<2 {
            let ends = try runs.map { try site.run(["undo", $0]) }
            problems = ends.filter { !codes.contains($0.code) }.map { "an undo: \($0)" }
            if problems.isEmpty, !isLiedTo { break }
        }
        let look = try site.look()
        problems += look.differences(from: site.untouched).map { "after an undo \($0)" }
        problems += look.held.sorted().map { "after an undo the lock \($0) is held" }
        return problems
    }
}
