// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport

/// What has to hold after a command with which something was wrong, and after the one that follows.
struct ClientFaultLaws {
    /// What was put into the store.
    let content: TreeContent
    /// What was there right before the command.
    let before: StoreLook
    /// What the command leaves when nothing disturbs it.
    let expected: StoreLook

    /// At any time: nothing that stays is touched, nothing is new, and what looks whole is whole.
    ///
    /// - Parameters:
    ///   - look: What is there.
    ///   - isLiedTo: Whether the client has said of something that it went: then what that needed may
    ///     follow it, and only what stays is sure to be whole.
    /// - Returns: One line for everything that is wrong.
    func violations(in look: StoreLook, isLiedTo: Bool = false) -> [String] {
        var found: [String] = []
        for path in expected.files.keys.sorted() where before.files[path] != nil {
            if look.files[path] == nil { found.append("law 1: it took \(path)") }
        }
        for (path, length) in look.files.sorted(by: { $0.key < $1.key }) {
            switch content.lengths[path] {
            case length?: continue
            case let old?: found.append("\(path) has \(length) bytes instead of \(old)")
            case nil: found.append("\(path) is new")
            }
        }
        for (metadata, needed) in content.needs.sorted(by: { $0.key < $1.key })
        where look.files[metadata] != nil && (!isLiedTo || expected.files[metadata] != nil) {
            let lost = needed.subtracting(look.files.keys).sorted()
            if !lost.isEmpty { found.append("laws 1, 5: \(metadata) looks whole without \(lost)") }
        }
        return found
    }

    /// What is wrong with the end of the command that was disturbed.
    ///
    /// - Parameters:
    ///   - end: How it ended.
    ///   - look: What was there then; nil where nobody could look, since something is at work still.
    ///   - fault: What happened to one of its calls.
    /// - Returns: One line for everything that is wrong.
    func problems(
        of end: BuiltProgram.End,
        _ look: StoreLook?,
        after fault: ClientFault
    ) -> [String] {
        let isLiedTo = fault.kind == .claimed
        var problems = look.map { violations(in: $0, isLiedTo: isLiedTo) } ?? []
        if fault.kind.isKill {
            if end.signal != SIGKILL { problems.append("it was not killed: \(end)") }
            return problems
        }
        switch end.code {
        case 0:
            // Nobody looks again where every single thing is said to be gone.
            if let look, !isLiedTo {
                problems += look.differences(from: expected).map { "it ended with 0: \($0)" }
            }
        case 1, 5:
            if let look, !look.isAtSamePlaces(as: before) {
                problems.append("it ended with \(end.code ?? -1) when something had been moved")
            }
            if !end.text.contains("error: ") { problems.append("it does not say why") }
        case 3:
            if end.text.isEmpty { problems.append("it ended with 3 and without a word") }
        default: problems.append("it ended with \(end)")
        }
        return problems
    }

    /// What is wrong after the command that follows undisturbed.
    ///
    /// - Parameters:
    ///   - end: How that one ended.
    ///   - look: What was there then.
    ///   - isLiedTo: Whether the client has said that things went which did not: of a snapshot without its
    ///     metadata that shows only when it has been unfinished for as long as the policy says.
    ///   - mayRefuse: Whether it may say that there is nothing for it to do.
    ///   - mayBeAbandoned: Whether a lock may name a process that is gone: where a store holds to no
    ///     conditions a child of it, at work until then, may have written over the next one's.
    /// - Returns: One line for everything that is wrong.
    func problemsAfterwards(
        _ end: BuiltProgram.End,
        _ look: StoreLook,
        isLiedTo: Bool = false,
        mayRefuse: Bool = false,
        mayBeAbandoned: Bool = false
    ) -> [String] {
        var problems = violations(in: look)
        if end.code != 0, !mayRefuse || end.code != 2 {
            problems.append("the next command ended with \(end)")
        }
        let seen = isLiedTo ? look.withoutRemains(besides: expected) : look
        problems += seen.differences(from: expected).map { "after the next command \($0)" }
        problems += look.held.sorted().map { "the lock \($0) is held still" }
        // Who is told that there is nothing to undo takes no lock, and tidies nothing up: the next run does.
        guard end.code == 0 else { return problems }
        if !mayBeAbandoned { problems += look.abandoned.sorted().map { "the lock \($0) is left" } }
        problems += look.own.subtracting(expected.own).sorted().map { "\($0) is left" }
        return problems
    }
}
