// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel

/// A call of a store's client that goes wrong: `Tests/Services/client-faults.bash` carries it out.
struct ClientFault: Sendable, CustomStringConvertible {
    /// What happens.
    enum Kind: String, CaseIterable {
        /// It ends with 1, and has done nothing.
        case exit
        /// A signal ends it, and it has done nothing.
        case signal
        /// It prints half of the output, and ends with 1.
        case half
        /// It prints the output up to some byte, and ends well.
        case cut
        /// It prints lines of something else around the output.
        case extra
        /// It does nothing, and gives the answer of the call before.
        case other
        /// It does nothing, and says that all went well.
        case nothing
        /// It does everything, prints nothing and ends with 1.
        case unsaid
    }

    /// What happens.
    let kind: Kind
    /// To which call, from 1.
    let call: Int
    /// By which a place in the output is chosen.
    let place: Int

    var description: String { "call \(call): \(kind.rawValue), place \(place)" }

    /// Every kind at every call, or a sample of them.
    ///
    /// - Parameters:
    ///   - calls: How many calls an undisturbed run makes.
    ///   - count: How many are tried usually; with `JANITOR_TEST_ALL` ten times as many, and with
    ///     `JANITOR_TEST_CLIENTS` all.
    ///   - name: Whose they are, for the line that is printed.
    /// - Returns: What is tried.
    static func sample(calls: Int, count: Int, name: String) -> [ClientFault] {
        let environment = ProcessInfo.processInfo.environment
        let given = environment["JANITOR_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        let all = Kind.allCases.flatMap { kind in
            (0..<max(0, calls)).map { call in
                let place = Int.random(in: 0..<1 << 20, using: &random)
                return ClientFault(kind: kind, call: call + 1, place: place)
            }
        }
        let wanted =
            environment["JANITOR_TEST_CLIENTS"] != nil
            ? all.count : environment["JANITOR_TEST_ALL"] != nil ? 10 * count : count
        let chosen = Array(all.shuffled(using: &random).prefix(wanted))
        print("faults tried: \(name): \(chosen.count) of \(all.count), seed \(seed)")
        return chosen
    }

    /// The lines of a script around a client that let faults happen to it.
    ///
    /// - Parameters:
    ///   - directory: Where the script's `calls` and the fault are.
    ///   - program: The client.
    /// - Returns: The lines, the last of which runs the client.
    static func script(_ directory: String, _ program: String) -> String {
        let wrapper = SharedMaterial.checkout.appending(path: "Tests/Services/client-faults.bash")
        return """
            [ ! -f '\(directory)/fault' ] ||
                exec bash '\(wrapper.path)' '\(directory)' "$number" '\(program)' "$@"
            exec '\(program)' "$@"
            """
    }

    /// Lets it happen to the next command's calls.
    func arm(in directory: TemporaryDirectory) throws {
        try directory.write("fault", Array("\(call) \(kind.rawValue) \(place)\n".utf8))
    }

    /// Lets nothing happen any more.
    ///
    /// - Returns: Whether it happened.
    static func disarm(in directory: TemporaryDirectory) throws -> Bool {
        try directory.delete("fault")
        let isMet = FileManager.default.fileExists(atPath: "\(directory.path)/met")
        if isMet { try directory.delete("met") }
        return isMet
    }
}

/// What has to hold after a run with a fault, and after the one that follows.
struct ClientFaultLaws {
    /// Every path of every savepoint before the run.
    let before: Set<String>
    /// The savepoints that the policy keeps.
    let kept: Set<String>

    /// What is wrong after the run that was disturbed.
    func problems(_ end: BuiltProgram.End, left: Set<String>) -> [String] {
        var problems: [String] = []
        for path in before where kept.contains(where: { path.hasPrefix("\($0)/") }) {
            if !left.contains(path) { problems.append("law 1: it took \(path)") }
        }
        for metadata in left where metadata.hasSuffix("/_metadata") {
            let savepoint = metadata.dropLast("_metadata".count)
            let lost = before.filter { $0.hasPrefix(savepoint) }.subtracting(left)
            if !lost.isEmpty { problems.append("law 5: \(savepoint) looks whole without \(lost)") }
        }
        let isDone = left.allSatisfy { path in kept.contains { path.hasPrefix("\($0)/") } }
        switch end.code {
        case 0: if !isDone { problems.append("it ended with 0, and \(left) is left") }
        case 1, 3, 4, 5: break
        default: problems.append("it ended with \(end)")
        }
        return problems
    }

    /// What is wrong after the run that follows undisturbed.
    func problemsAfterwards(_ end: BuiltProgram.End, left: Set<String>) -> [String] {
        let wanted = before.filter { path in kept.contains { path.hasPrefix("\($0)/") } }
        var problems: [String] = []
        if end.code != 0 { problems.append("the next run ended with \(end)") }
        if left != wanted {
            let lost = wanted.subtracting(left)
            problems.append("the next run left \(left.subtracting(wanted)) and lost \(lost)")
        }
        return problems
    }
}
