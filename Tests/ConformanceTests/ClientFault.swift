// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel

/// A call of a store's client that goes wrong: `Tests/Services/client-faults.bash` carries it out.
struct ClientFault: Sendable, CustomStringConvertible {
    /// What happens.
    enum Kind: String, CaseIterable {
        /// It ends with one code or another, and has done nothing.
        case exit
        /// A signal ends it, and it has done nothing.
        case signal
        /// It prints half of the output, and ends with 1.
        case half
        /// It prints the output up to some byte, perhaps none, and ends well.
        case cut
        /// It prints the output up to the end of some line, and ends well.
        case cutLine
        /// It prints lines of something else around the output and in it.
        case extra
        /// It does nothing, and gives the answer of a call before.
        case other
        /// It does nothing, and says that all went well.
        case nothing
        /// It removes nothing, and says of each thing that it went.
        case claimed
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
        /// The program is killed before it does anything, or when it has done everything.
        case killBefore, killAfter
        /// The program is killed, and it is at work still when the next one comes.
        case killAmid

        /// Whether only the limit of a call ends it.
        var isEndless: Bool { self == .hang || self == .stubborn || self == .babble }

        /// Whether the program does not outlive it.
        var isKill: Bool { self == .killBefore || self == .killAfter || self == .killAmid }

        /// Whether a lock may be left that names nobody, of which the program says what to do: no other
        /// command can tell whether somebody is about to write his name into it.
        var mayLeaveNamelessLock: Bool { self == .nothing || isKill }
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

    /// A script around a client that numbers its calls, runs a hook before each, and lets faults happen.
    ///
    /// Several calls may be made at the same time: each has a number of its own.
    ///
    /// - Parameters:
    ///   - directory: Where the script's `calls`, the hook and the fault are.
    ///   - program: The client.
    /// - Returns: The script. The hook gets the call's words, and `$number` and `$janitor`, the process
    ///   that makes the calls.
    static func script(_ directory: String, _ program: String) -> String {
        let wrapper = SharedMaterial.checkout.appending(path: "Tests/Services/client-faults.bash")
        return """
            #!/usr/bin/env bash
            exec 9>>'\(directory)/calls.lock'
            flock 9
            echo "$*" >>'\(directory)/calls'
            export number=$(wc -l <'\(directory)/calls') janitor=$PPID
            exec 9>&-
            [ ! -x '\(directory)/hook' ] || '\(directory)/hook' "$@" || exit 255
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
        // Lines of results may break anywhere.
        let said = end.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let isTold = ["time limit", "no more of its output"].contains { said.contains($0) }
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

    /// What came of a fault.
    struct Meeting {
        /// The words of the call that it happened to; nil where there was no such call.
        let words: String?
        /// The call could not go wrong in this way, and was made as it is.
        let isVoid: Bool

        /// Whether it happened.
        var isMet: Bool { words != nil && !isVoid }
    }

    /// Lets it happen to the next command's calls.
    func arm(in directory: TemporaryDirectory) throws {
        try directory.write("fault", Array("\(call) \(kind.rawValue) \(place)\n".utf8))
    }

    /// Lets nothing happen any more.
    static func disarm(in directory: TemporaryDirectory) throws -> Meeting {
        try directory.delete("fault")
        let isVoid = directory.exists("void")
        if isVoid { try directory.delete("void") }
        guard directory.exists("met") else { return Meeting(words: nil, isVoid: isVoid) }
        let words = try String(contentsOfFile: "\(directory.path)/met/words", encoding: .utf8)
        try directory.delete("met/words")
        try directory.delete("met")
        return Meeting(words: words.trimmingCharacters(in: .newlines), isVoid: isVoid)
    }
}
