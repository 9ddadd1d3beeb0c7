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
        /// It does nothing and does not end.
        case hang
        /// Like that, and whoever asks it to end is ignored.
        case stubborn
        /// It does everything and prints its output over and over.
        case babble
        /// It does everything and ends well, but what it has started holds its output open.
        case held

        /// Whether only the limit of a call ends it.
        var isEndless: Bool { self == .hang || self == .stubborn || self == .babble }
    }

    /// What happens.
    let kind: Kind
    /// To which call, from 1.
    let call: Int
    /// By which a place in the output is chosen.
    let place: Int

    var description: String { "call \(call): \(kind.rawValue), place \(place)" }

    /// How many times faster than it is time passes for a program whose call never ends: the shortest
    /// limit that a policy can set is a minute.
    private static let pace = 10

    /// The variables of the program that it happens to.
    var environment: [String: String] {
        guard kind.isEndless else { return [:] }
        return Fault.counting.merging(["FAULT_PACE": "\(Self.pace)"]) { $1 }
    }

    /// Tries every kind at every call, or a sample of them, and prints how many there were.
    ///
    /// A fault counts as tried when the run came to its call; for one that it did not come to another
    /// one is taken.
    ///
    /// - Parameters:
    ///   - calls: How many calls an undisturbed run makes at most.
    ///   - count: How many are tried usually; with `JANITOR_TEST_ALL` ten times as many, and with
    ///     `JANITOR_TEST_CLIENTS` all, or those that it names: `hang,cut:3`.
    ///   - name: Whose they are, for the line that is printed.
    ///   - trial: Lets one happen; tells whether it did.
    /// - Returns: How many happened.
    static func tryOut(
        calls: Int,
        count: Int,
        name: String,
        _ trial: (ClientFault) throws -> Bool
    ) rethrows -> Int {
        let environment = ProcessInfo.processInfo.environment
        let given = environment["JANITOR_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        let every = Kind.allCases.flatMap { kind in
            (0..<max(0, calls)).map { call in
                let place = Int.random(in: 0..<1 << 20, using: &random)
                return ClientFault(kind: kind, call: call + 1, place: place)
            }
        }
        let names = (environment["JANITOR_TEST_CLIENTS"] ?? "").split(separator: ",")
        let named = every.filter { fault in
            names.contains { $0 == fault.kind.rawValue || $0 == "\(fault.kind):\(fault.call)" }
        }
        let all = named.isEmpty ? every : named
        let wanted =
            environment["JANITOR_TEST_CLIENTS"] != nil
            ? all.count : environment["JANITOR_TEST_ALL"] != nil ? 10 * count : count
        var tried = 0
        for fault in all.shuffled(using: &random) where tried < wanted {
            let isMet = try trial(fault)
            tried += isMet ? 1 : 0
            // Whoever waits for an hour wants to know how far it is.
            if wanted > 10 * count { print("\(name): \(fault)\(isMet ? "" : ": no such call")") }
        }
        print("faults tried: \(name): \(tried) of \(all.count), seed \(seed)")
        return tried
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

    /// What is wrong with the words of a run that a call without end was met by.
    ///
    /// What cannot be given back at the end of a run is nobody's loss, and nothing is said of it.
    func silence(_ end: BuiltProgram.End) -> [String] {
        guard kind.isEndless, end.code != 0 else { return [] }
        let isTold = ["time limit", "no more of its output"].contains { end.text.contains($0) }
        return isTold ? [] : ["it does not say that a call did not end"]
    }

    /// Gives every call of a policy's store the shortest limit that there is.
    static func limitCalls(in directory: TemporaryDirectory) throws {
        let policy = try String(contentsOfFile: "\(directory.path)/policy.json5", encoding: .utf8)
        let limited = policy.replacing(/stores: { \w+: {/) { "\($0.output) timeLimit: \"1m\"," }
        try directory.write("policy.json5", Array(limited.utf8))
    }

    /// The processes that it started and that are at work still, however long it is waited for them.
    static func left(in directory: TemporaryDirectory) -> [Int32] {
        let text = try? String(contentsOfFile: "\(directory.path)/started", encoding: .utf8)
        let started = (text ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        return started.filter { process in
            for _ in 0..<100 {
                let path = "/proc/\(process)/stat"
                let stat = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                let state = stat.drop { $0 != ")" }.dropFirst(2).first
                // One that ended may wait for whoever takes note of it.
                if state == nil || state == "Z" { return false }
                usleep(20_000)
            }
            return true
        }
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
