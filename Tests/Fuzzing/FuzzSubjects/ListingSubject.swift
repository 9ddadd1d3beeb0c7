// SPDX-License-Identifier: Apache-2.0

import ListingFiles
import LocalStorage
import SnapshotModel
import Storage

/// The reader of listings in our own format.
public struct ListingSubject: FuzzSubject {
    /// Its name.
    public static let name = "listing"

    private var reading: ListingReading

    /// Listings of one root and of several, with names of any bytes.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/listing", endingIn: ".listing")
    }

    /// Makes one.
    public init() throws {
        reading = try ListingReading(roots: ["file:///flink/cp", "hdfs://nn/flink/sp"])
    }

    /// What was read reads back when it is written, and a file that is cut proves nothing absent.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        let whole = reading.read(input)
        if let broken = reading.brokenLaw(of: whole) { return broken }
        guard whole.isProof, !input.isEmpty else { return nil }
        let cut = input.number(below: input.count)
        let part = reading.read(Array(input[..<cut]))
        return part.isProof ? "cut at byte \(cut) it is proof of what is absent" : nil
    }
}

/// The readers of what Hadoop prints: `-ls -R` and the delimited image.
///
/// Where its lines end nothing in it says, so that a cut cannot be seen there.
public struct ShellListingSubject: FuzzSubject {
    /// Its name.
    public static let name = "shell-listing"

    private var reading: ListingReading

    /// What Hadoop 2 and 3 printed.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/shell-listing", endingIn: ".txt")
    }

    /// Makes one.
    public init() throws {
        reading = try ListingReading(roots: ["hdfs:///flink/cp", "hdfs:///flink/sp"])
    }

    /// What was read reads back when it is written in our own format.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        reading.brokenLaw(of: reading.read(input))
    }
}

/// Reads listings from a file in memory.
private struct ListingReading {
    /// What was read of all roots.
    struct Found: Equatable {
        var entries: [Set<ListedEntry>]
        var outcomes: [ListingOutcome]

        /// Whether it proves of any root that something is absent.
        var isProof: Bool {
            outcomes.contains { outcome in
                if case .incomplete = outcome { false } else { true }
            }
        }
    }

    private let file: ScratchFile
    private let copy: ScratchFile
    private let roots: [StorageURL]

    init(roots: [String]) throws {
        file = try ScratchFile(name: "listing")
        copy = try ScratchFile(name: "copy")
        self.roots = roots.compactMap { StorageURL(parsing: ObjectName($0)) }
    }

    func read(_ input: [UInt8]) -> Found {
        file.hold(input)
        return read(file.path)
    }

    private func reader(_ path: String) -> ListingFileReader {
        ListingFileReader(path, live: LocalStorage(), memory: ListingMemory())
    }

    private func read(_ path: String) -> Found {
        var sink = EntryLists(count: roots.count)
        let outcomes = reader(path).list(roots, into: &sink)
        return Found(entries: sink.entries.map { Set($0) }, outcomes: outcomes)
    }

    /// Writes what was found in our own format, and reads that.
    func brokenLaw(of found: Found) -> String? {
        for entry in found.entries.joined() where entry.size < 0 {
            return "\"\(entry.path)\" has \(entry.size) bytes"
        }
        guard found.isProof else { return nil }
        var text: [UInt8] = []
        var writer = JanitorListingWriter(at: Instant(nanoseconds: 0)) { text += $0 }
        for root in roots { _ = writer.list(root, with: reader(file.path)) }
        writer.finish()
        copy.hold(text)
        let again = read(copy.path)
        for (index, outcome) in found.outcomes.enumerated() {
            if case .incomplete = outcome { continue }
            guard again.outcomes[index] == outcome,
                again.entries[index] == found.entries[index]
            else { return "written in our own format \"\(roots[index])\" reads as another" }
        }
        return nil
    }
}
