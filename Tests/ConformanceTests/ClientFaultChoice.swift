// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport

/// Which faults of clients are tried: a sample, or what `JANITOR_TEST_CLIENTS` names.
///
/// Words with commas between: `1` for all; a kind, `hang`, or one of its calls, `cut:3`; a command,
/// `undo`, for that alone; `sample:40` for so many of them.
struct ClientFaultChoice {
    /// Commands, in the order in which they are declared.
    private(set) var commands = ClientCommand.allCases
    /// How many are tried; nil for all that are chosen.
    private(set) var wanted: Int?
    /// Words that name nothing.
    private(set) var unknown: [String] = []
    /// Kinds, and kinds with the number of a call; empty for all.
    private var names: Set<String> = []

    /// Reads what is asked for.
    ///
    /// - Parameters:
    ///   - environment: Variables.
    ///   - count: How many are tried usually; with `JANITOR_TEST_ALL` ten times as many.
    init(_ environment: [String: String], usually count: Int) {
        guard let text = environment["JANITOR_TEST_CLIENTS"] else {
            wanted = environment["JANITOR_TEST_ALL"] == nil ? count : 10 * count
            return
        }
        var named: Set<ClientCommand> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
            let number = parts.count == 2 ? Int(parts[1]) : nil
            if let command = ClientCommand(rawValue: word) {
                named.insert(command)
            } else if parts.first == "sample", let number, number > 0 {
                wanted = number
            } else if parts.first.flatMap(ClientFault.Kind.init) != nil,
                parts.count == 1 || number != nil
            {
                names.insert(word)
            } else if word != "1" {
                unknown.append(word)
            }
        }
        if !named.isEmpty { commands = commands.filter(named.contains) }
    }

    /// The faults of a command that are chosen, in any order.
    ///
    /// - Parameters:
    ///   - command: Whose calls go wrong.
    ///   - calls: How many it makes.
    ///   - random: Chooses the order, and places in outputs.
    /// - Returns: Every kind at every call, as far as that is named.
    func faults(
        of command: ClientCommand,
        calls: Int,
        using random: inout SeededGenerator
    ) -> [ClientFault] {
        var faults: [ClientFault] = []
        for kind in command.kinds {
            for call in 1...max(1, calls) {
                let place = Int.random(in: 0..<1 << 20, using: &random)
                faults.append(ClientFault(kind: kind, call: call, place: place))
            }
        }
        let named = faults.filter { fault in
            names.isEmpty || names.contains(fault.kind.rawValue)
                || names.contains("\(fault.kind.rawValue):\(fault.call)")
        }
        return named.shuffled(using: &random)
    }
}
