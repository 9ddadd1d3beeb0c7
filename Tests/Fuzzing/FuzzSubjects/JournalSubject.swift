// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import SnapshotModel

/// The reader of journals, and what it makes of all runs together.
public struct JournalSubject: FuzzSubject {
    /// Its name.
    public static let name = "journal"

    private let scratch: JournalScratch

    /// Journals of runs, of an undo, and of one that was cut off.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/journal", endingIn: ".jsonl")
    }

    /// Makes one.
    public init() throws { scratch = try JournalScratch() }

    /// Where a whole journal has each step once, no part of it shows more done than it does.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        guard let whole = scratch.read(input) else { return "it is no run" }
        if whole.items.contains(where: { $0.files != $0.files.asCount }) {
            return "it counts files that cannot be"
        }
        // A sound one tells of a step at most twice; what garbage says later takes back what it said.
        guard !whole.isDamaged, Self.tellsOnce(input) else { return nil }
        guard let part = scratch.read(Array(input[..<input.number(below: max(1, input.count))]))
        else { return "a part of it is no run" }
        let more = Self.done(part).subtracting(Self.done(whole))
        return more.isEmpty ? nil : "a part of it shows done what is not: \(more)"
    }

    private static func done(_ run: PastRun) -> Set<String> {
        Set(run.items.filter { $0.outcome == .done }.map { "\($0.action) \($0.place)" })
    }

    /// Tells whether no step has two lines of one kind, as in a run that was not resumed.
    private static func tellsOnce(_ input: [UInt8]) -> Bool {
        let lines = input.split(separator: UInt8(ascii: "\n"))
            .map { String(decoding: $0, as: UTF8.self) }
        for kind in ["step", "done"] {
            let numbers = lines.filter { $0.contains("\"record\":\"\(kind)\"") }.map { line in
                line.range(of: "\"number\":").map {
                    line[$0.upperBound...].prefix { $0.isNumber || $0 == "-" }
                }
            }
            if Set(numbers).count != numbers.count { return false }
        }
        return true
    }
}

/// A state directory in memory with the journal of one run.
private final class JournalScratch {
    private let file: ScratchFile
    private let state: StateDirectory

    init() throws {
        file = try ScratchFile(folder: "runs", name: "20261122T020000Z-1.jsonl")
        state = StateDirectory(file.directory)
    }

    func read(_ input: [UInt8]) -> PastRun? {
        file.hold(input)
        do throws(StateError) {
            return try RunHistory.read(state).first
        } catch {
            return nil
        }
    }
}
