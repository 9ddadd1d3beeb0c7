// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// Every way for a store's client to go wrong, at every call of every command, or a sample of them.
///
/// The sample is told by a seed that is printed and may be given in `JANITOR_TEST_SEED`.
struct ClientFaultCampaign {
    /// Whose faults they are, for the line that is printed.
    let name: String
    /// How many are tried usually.
    var count = 1
    /// How many calls are made at the same time.
    ///
    /// The last of a command may not be made then, as others come first.
    var parallel = 1
    /// Makes a tree that nobody has worked on, for a command.
    let site: (ClientCommand) throws -> any ClientFaultSite

    /// What came of it.
    private struct Sum {
        var chosen = 0
        var tried = 0
        var void = 0
        var lateCalls = 0
        var problems: [String] = []
    }

    /// Tries them, and prints how many there were.
    ///
    /// A fault counts as tried when the command came to its call and that could go wrong so; in a sample
    /// another one takes its place where not. Where all are wanted every one has to be met.
    ///
    /// - Throws: Where the tree cannot be made, or a command does not do its work undisturbed.
    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let choice = ClientFaultChoice(environment, usually: count)
        for word in choice.unknown {
            Issue.record("JANITOR_TEST_CLIENTS names \"\(word)\", which is no fault and no command")
        }
        let seed =
            environment["JANITOR_TEST_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        let commands = choice.commands.shuffled(using: &random)
        var sum = Sum()
        var tried: [String] = []
        for (position, command) in commands.enumerated() {
            // What is left of the sample is shared by the commands that are left.
            let rest = commands.count - position
            let share = choice.wanted.map { ($0 - sum.tried + rest - 1) / rest } ?? .max
            if share <= 0 { break }
            let before = sum.tried
            try tryOut(command, atMost: share, choice, &random, &sum)
            tried.append("\(command.rawValue) \(sum.tried - before)")
        }
        for problem in sum.problems { Issue.record("\(name), seed \(seed): \(problem)") }
        print(
            "faults tried: \(name): \(sum.tried) of \(sum.chosen) (\(tried.joined(separator: ", "))), "
                + "\(sum.void) where there was nothing to go wrong, \(sum.lateCalls) at calls that "
                + "were not made, seed \(seed)"
        )
        #expect(sum.tried > 0, "\(name): no fault was tried, seed \(seed)")
    }

    private func tryOut(
        _ command: ClientCommand,
        atMost share: Int,
        _ choice: ClientFaultChoice,
        _ random: inout SeededGenerator,
        _ sum: inout Sum
    ) throws {
        let calm = try ClientFaultTrial(command, try site(command)).calm()
        let faults = choice.faults(of: command, calls: calm.calls, using: &random)
        sum.chosen += faults.count
        var left = share
        for fault in faults where left > 0 {
            let meeting: ClientFault.Meeting
            do {
                meeting = try ClientFaultTrial(command, try site(command))
                    .disturb(fault, after: calm)
            } catch {
                // What is wrong with one is no reason to try no other.
                sum.problems.append("\(command.rawValue), \(fault): \(error)")
                left -= 1
                continue
            }
            if meeting.isMet {
                sum.tried += 1
                left -= 1
            } else if meeting.isVoid {
                sum.void += 1
            } else {
                sum.lateCalls += 1
                let mayBeMissing = parallel > 1 && fault.call > calm.calls - parallel
                if choice.wanted == nil, !mayBeMissing {
                    sum.problems.append("\(command.rawValue), \(fault): there was no such call")
                }
            }
            // Whoever waits for hours wants to know how far it is.
            if share > 10 * count {
                let met = meeting.isMet ? "" : meeting.isVoid ? ": void" : ": no such call"
                print("\(name): \(command.rawValue), \(fault)\(met)")
                fflush(nil)
            }
        }
    }
}
