// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport

/// A command of the program's whose calls go wrong.
enum ClientCommand: String, CaseIterable, Sendable {
    /// A run that removes for good.
    case run
    /// A run that moves into the trash, from which everything has to come back afterwards.
    case trash
    /// An undo of such a run.
    case undo
    /// The emptying of the trash after such a run.
    case empty

    /// The policy's `trash`.
    var trash: String { self == .run ? "0d" : "7d" }

    /// What may happen to its calls.
    ///
    /// What is said to be gone from the trash nobody looks for any more: there is no next command that
    /// would take it.
    var kinds: [ClientFault.Kind] {
        self == .empty
            ? ClientFault.Kind.allCases.filter { $0 != .claimed } : ClientFault.Kind.allCases
    }
}

/// The tree that faults are tried on in some store, with its policy and state directory.
///
/// The program's client is a script that notes every call and lets a fault happen to one of them.
protocol ClientFaultSite: AnyObject {
    /// Where the script, the policy and the state directory are.
    var local: TemporaryDirectory { get }
    /// What was put into the store.
    var content: TreeContent { get }
    /// Whether the program says of every call without end that it did not end.
    var tellsOfSilence: Bool { get }

    /// Runs a command of the program's; environment are variables of the program.
    func run(_ words: [String], environment: [String: String]) throws -> BuiltProgram.End

    /// Looks at the store, by other means than the program's.
    func look() throws -> StoreLook

    /// How many calls the last command made.
    func callCount() throws -> Int

    /// Removes the lock that a message speaks of and that names nobody.
    ///
    /// - Parameter text: What the program said.
    /// - Returns: Whether there is such a lock.
    /// - Throws: Where it cannot be removed.
    func removeNamelessLock(namedIn text: String) throws -> Bool
}

extension ClientFaultSite {
    /// Runs a command of the program's.
    func run(_ words: [String]) throws -> BuiltProgram.End { try run(words, environment: [:]) }

    /// The names of all runs, of undos and emptyings too, the oldest first.
    func runs() throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(local.path)/state/runs")
        return names.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }.sorted()
    }

    /// What is there before any command.
    var untouched: StoreLook { StoreLook(files: content.lengths) }

    /// What is there after a run that nothing disturbs, as far as the tree and the policy tell it.
    func taken(by command: ClientCommand) -> StoreLook {
        let files = content.lengths.filter { FaultedTree.stays($0.key) }
        let others = content.lengths.keys.filter { files[$0] == nil }
        return StoreLook(files: files, trashed: command == .run ? [] : Set(others))
    }
}

extension HDFSSite: ClientFaultSite {
    var tellsOfSilence: Bool { true }
}
