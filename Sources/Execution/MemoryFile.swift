// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation
public import Planning
internal import SnapshotModel

/// Reads and writes what runs remember for the next one.
public enum MemoryFile {
    private struct Written: Codable {
        var format = 1
        var lastRun: Int64?
        var unfinished: [Unfinished] = []
        var roots: [Root] = []
        var machineLocks: [WrittenPlace]?
    }

    private struct Unfinished: Codable {
        var at: WrittenPlace
        var firstSeen: Int64
        var count: Int
        var sum: UInt64
    }

    private struct Root: Codable {
        var at: WrittenPlace
        var files: Int
        var needs: [WrittenPlace]?
        var directory: UInt64?
        var isReplaced: Bool?
    }

    /// Reads the memory.
    ///
    /// - Parameter state: The state directory.
    /// - Returns: The memory, and why it is empty where it should not be: a damaged memory makes a
    ///   plan leave more and is no error.
    public static func read(_ state: StateDirectory) -> (memory: PlanningMemory, problem: String?) {
        var (memory, problem) = readJSON(state)
        let (sightings, other) = SightingsFile.read(state.sightingsFile)
        // Without the rest nobody can tell whether a root is what it was when they were made.
        if memory.lastRun != nil { memory.sightings = sightings }
        memory.continued = UnfinishedRun.continued(in: state)
        var unclear: String?
        do throws(StateError) {
            let pending = try PendingSavepointFile.read(state).map { ($0.job, $0.triggered) }
            memory.savepointsUnderWay = Dictionary(pending, uniquingKeysWith: min)
        } catch {
            memory.savepointsUnderWay = nil
            unclear = error.cause
        }
        let problems = [problem, other, unclear].compactMap(\.self)
        return (memory, problems.isEmpty ? nil : problems.joined(separator: "; "))
    }

    private static func readJSON(
        _ state: StateDirectory
    ) -> (memory: PlanningMemory, problem: String?) {
        let file = state.memoryFile
        do {
            guard let bytes = try DurableFile.read(file) else { return (PlanningMemory(), nil) }
            let written = try JSONDecoder().decode(Written.self, from: Data(bytes))
            guard written.format == 1 else {
                return (PlanningMemory(), "\"\(file)\" has another format")
            }
            return (memory(written), nil)
        } catch let error as StateError {
            return (PlanningMemory(), "\(error.cause), so a new one is started")
        } catch {
            return (PlanningMemory(), "\"\(file)\" is damaged, so a new one is started")
        }
    }

    /// Writes the memory, whole or not at all; sightings have a file of their own.
    static func write(_ memory: PlanningMemory, to state: StateDirectory) throws(StateError) {
        var written = Written()
        written.lastRun = memory.lastRun?.nanoseconds
        for (place, sighting) in memory.unfinished.sorted(by: { $0.key < $1.key }) {
            written.unfinished.append(
                Unfinished(
                    at: WrittenPlace(place),
                    firstSeen: sighting.firstSeen.nanoseconds,
                    count: sighting.contents.count,
                    sum: sighting.contents.sum
                )
            )
        }
        for (place, files) in memory.fileCounts.sorted(by: { $0.key < $1.key }) {
            let needs = memory.needs[place]?.sorted().map { WrittenPlace($0) }
            written.roots.append(
                Root(
                    at: WrittenPlace(place),
                    files: files,
                    needs: needs,
                    directory: memory.directories[place],
                    isReplaced: memory.replaced.contains(place) ? true : nil
                )
            )
        }
        if !memory.machineLocks.isEmpty {
            written.machineLocks = memory.machineLocks.map { WrittenPlace($0) }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try DurableFile.replace(state.memoryFile, with: Array(encoder.encode(written)))
        } catch let error as StateError {
            throw error
        } catch {
            throw StateError("write", state.memoryFile, "\(error)")
        }
    }

    private static func memory(_ written: Written) -> PlanningMemory {
        var memory = PlanningMemory(lastRun: written.lastRun.map { Instant(nanoseconds: $0) })
        for entry in written.unfinished {
            guard let place = entry.at.url else { continue }
            memory.unfinished[place] = PlanningMemory.UnfinishedSighting(
                firstSeen: Instant(nanoseconds: entry.firstSeen),
                contents: ContentsDigest(count: entry.count, sum: entry.sum)
            )
        }
        for entry in written.roots {
            guard let place = entry.at.url else { continue }
            memory.fileCounts[place] = entry.files.asCount
            memory.needs[place] = entry.needs.map { Set($0.compactMap(\.url)) }
            memory.directories[place] = entry.directory
            if entry.isReplaced ?? false { memory.replaced.insert(place) }
        }
        memory.machineLocks = written.machineLocks?.compactMap(\.url) ?? []
        return memory
    }
}
