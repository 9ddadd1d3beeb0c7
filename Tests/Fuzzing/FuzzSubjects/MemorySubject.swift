// SPDX-License-Identifier: Apache-2.0

import Execution
import Planning
import SnapshotModel

/// The reader of what runs remember for the next one.
public struct MemorySubject: FuzzSubject {
    /// Its name.
    public static let name = "memory"

    private let file: ScratchFile
    private let state: StateDirectory

    /// Memories of runs on a disk and on S3.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/memory", endingIn: ".json")
    }

    /// Makes one.
    public init() throws {
        file = try ScratchFile(name: "memory.json")
        state = StateDirectory(file.directory)
    }

    /// What does not read is an empty memory, and told; so is every part of one that reads.
    ///
    /// Counts are such that others can be added to them.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        file.hold(input)
        let (memory, problem) = MemoryFile.read(state)
        if problem != nil {
            return memory.lastRun == nil && memory.fileCounts.isEmpty && memory.unfinished.isEmpty
                ? nil : "what does not read is remembered"
        }
        if memory.fileCounts.values.contains(where: { $0 != $0.asCount }) {
            return "it remembers a count that cannot be"
        }
        guard let end = input.lastIndex(of: UInt8(ascii: "}")) else { return nil }
        file.hold(Array(input[..<input.number(below: max(1, end))]))
        let (part, found) = MemoryFile.read(state)
        return found != nil || part == PlanningMemory() ? nil : "a part of it is remembered"
    }
}
