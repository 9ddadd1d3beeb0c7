// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import SnapshotModel
internal import Storage

/// The directory in which journals and the memory of earlier runs are kept.
public struct StateDirectory: Hashable, Sendable {
    /// Its absolute path.
    public let path: String
    /// Stands in the names of what a run remembers for itself: runs side by side share journals only.
    private let part: String

    /// Names a state directory; nothing is made yet.
    ///
    /// - Parameters:
    ///   - path: Its absolute path.
    ///   - shard: The part of the jobs that is worked on; nil for all of them.
    public init(_ path: String, shard: JobShard? = nil) {
        self.path = path
        part = shard.map { "-\($0.index)-of-\($0.count)" } ?? ""
    }

    /// Where what earlier runs saw is kept.
    var memoryFile: String { "\(path)/memory\(part).json" }

    /// Where dismissals and retirements are kept.
    var waiverFile: String { "\(path)/waivers.json" }

    /// Held while dismissals and retirements are written.
    var waiverLock: String { "\(path)/waivers.lock" }

    /// Where it is kept what they found unreferenced.
    var sightingsFile: String { "\(path)/sightings\(part)" }

    /// Where what was read from metadata is kept.
    var metadataFile: String { "\(path)/metadata\(part).memory" }

    /// Where copies are kept of what was written into buckets about their trash.
    var trashRecords: String { "\(path)/trash-records" }

    /// Where journals are kept, one file a run.
    var runsDirectory: String { "\(path)/runs" }

    /// The journal of a run.
    func journalFile(_ run: String) -> String { "\(runsDirectory)/\(run).jsonl" }

    /// Where a journal is written until it has its first line; no run looks there.
    static func draft(of journalFile: String) -> String { "\(journalFile).new" }

    /// Removes what runs left that were killed before their journals had a first line.
    ///
    /// - Parameter now: Those that are a day old by then are nobody's any more.
    func removeDrafts(at now: Instant) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runsDirectory)) ?? []
        for name in names where name.hasSuffix(Self.draft(of: ".jsonl")) {
            let path = "\(runsDirectory)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            let written = Instant(seconds: Int64(status.st_mtim.tv_sec))
            if written < now.advanced(byNanoseconds: -86_400_000_000_000) { unlink(path) }
        }
    }

    /// Makes the directory where it is not there.
    ///
    /// - Throws: `StateError` where it cannot be made.
    public func prepare() throws(StateError) {
        if let number = Self.make(runsDirectory) {
            throw StateError(
                "make",
                runsDirectory,
                systemMessage(number),
                hint: "name a state directory that may be written to with --state DIR"
            )
        }
        guard access(runsDirectory, W_OK) == 0 else {
            throw StateError("write into", runsDirectory, errno)
        }
    }

    /// Makes a directory and those above it; what stopped that, nil where it is there.
    private static func make(_ path: String) -> Int32? {
        if mkdir(path, 0o755) == 0 { return nil }
        var number = errno
        if number == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            if let above = make(String(path[..<slash])) { return above }
            if mkdir(path, 0o755) == 0 { return nil }
            number = errno
        }
        guard number == EEXIST else { return number }
        // Another command may have made it meanwhile; a file of that name helps nobody.
        var status = stat()
        guard stat(path, &status) == 0 else { return errno }
        return status.st_mode & S_IFMT == S_IFDIR ? nil : ENOTDIR
    }

    /// Names of runs that have a journal, the oldest first; none where there is no directory of runs.
    ///
    /// - Throws: Where it cannot be listed: a run that is not seen would never be finished.
    func runs() throws(StateError) -> [String] {
        let opened = open(runsDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else {
            if errno == ENOENT { return [] }
            throw StateError("list", runsDirectory, errno)
        }
        let directory = Descriptor(owning: opened)
        var entries = DirectoryEntries()
        let problem = entries.read(from: directory.number)
        if problem != 0 { throw StateError("list", runsDirectory, problem) }
        var runs: [String] = []
        var position = 0
        while let entry = entries.next(&position) {
            let name = String(decoding: entry.bytes, as: UTF8.self)
            if name.hasSuffix(".jsonl") { runs.append(String(name.dropLast(6))) }
        }
        return runs.sorted()
    }
}
