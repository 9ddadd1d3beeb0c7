// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
public import SnapshotModel

/// Writes snapshots as Flink would have left them, with the times that they would have.
public struct TreeWriter {
    /// Absolute path of the tree's top.
    public let top: String
    private var directories: [(path: String, time: Instant)] = []
    private var serial = 0

    /// Makes a writer into a directory that is there.
    public init(top: String) {
        self.top = top
    }

    /// A random-looking UUID, the same in every tree.
    public mutating func uuid() -> String {
        serial += 1
        let digits = String(serial, radix: 16)
        return "5a11ed00-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
            + digits
    }

    /// Writes a file and the directories above it.
    ///
    /// - Parameters:
    ///   - path: Path below the top.
    ///   - bytes: What is in it.
    ///   - time: Its modification time.
    /// - Throws: Where the disk does not let it be written.
    public mutating func write(_ path: String, _ bytes: [UInt8], at time: Instant) throws {
        let file = URL(filePath: "\(top)/\(path)")
        let directory = file.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        try setTime(file.path, time)
        directories.append((directory.path, time))
    }

    /// Makes an empty directory.
    ///
    /// - Parameters:
    ///   - path: Path below the top.
    ///   - time: Its modification time.
    /// - Throws: Where the disk does not let it be made.
    public mutating func makeDirectory(_ path: String, at time: Instant) throws {
        let directory = URL(filePath: "\(top)/\(path)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        directories.append((directory.path, time))
    }

    /// Writes a savepoint with one file of state.
    ///
    /// - Parameters:
    ///   - directory: Path of its directory below the top.
    ///   - id: Its checkpoint id.
    ///   - size: Bytes of its state.
    ///   - time: When it was taken.
    ///   - labels: Labels to put on it.
    ///   - operator: The last half of the id of its one operator.
    /// - Throws: Where the disk does not let it be written.
    public mutating func savepoint(
        _ directory: String,
        id: Int64,
        size: Int,
        at time: Instant,
        labels: [String] = [],
        operator: UInt64 = SampleMetadata.usualOperator
    ) throws {
        let name = uuid()
        try write("\(directory)/\(name)", [UInt8](repeating: 0, count: size), at: time)
        let metadata = SampleMetadata.savepoint(
            id: id,
            file: SampleMetadata.File(name, Int64(size)),
            operator: `operator`
        )
        try write("\(directory)/_metadata", metadata, at: time)
        for label in labels { try write("\(directory)/_label.\(label)", [], at: time) }
    }

    /// Writes a checkpoint.
    ///
    /// - Parameters:
    ///   - directory: Path of its directory below the top.
    ///   - id: Its checkpoint id.
    ///   - shared: Paths below the top of files that it references, with their lengths; not written.
    ///   - size: Bytes of its own state; 0 for none.
    ///   - time: When it was completed.
    ///   - operator: The last half of the id of its one operator.
    /// - Throws: Where the disk does not let it be written.
    public mutating func checkpoint(
        _ directory: String,
        id: Int64,
        shared: [SampleMetadata.File] = [],
        size: Int = 0,
        at time: Instant,
        operator: UInt64 = SampleMetadata.usualOperator
    ) throws {
        var own: [SampleMetadata.File] = []
        if size > 0 {
            let name = uuid()
            try write("\(directory)/\(name)", [UInt8](repeating: 0, count: size), at: time)
            own.append(SampleMetadata.File(name, Int64(size)))
        }
        let files = shared.map { SampleMetadata.File("file:\(top)/\($0.path)", $0.size) }
        let metadata = SampleMetadata.checkpoint(
            id: id,
            shared: files,
            own: own,
            operator: `operator`
        )
        try write("\(directory)/_metadata", metadata, at: time)
    }

    /// Sets the times of all directories, which writing into them changed.
    ///
    /// - Throws: Where the disk does not let a time be set.
    public func settleTimes() throws {
        for (path, time) in directories.sorted(by: { $0.path.count > $1.path.count }) {
            try setTime(path, time)
        }
    }

    private func setTime(_ path: String, _ time: Instant) throws {
        let seconds = Int(time.seconds)
        let rest = Int(time.nanoseconds - time.seconds * 1_000_000_000)
        let times = [
            timespec(tv_sec: seconds, tv_nsec: rest), timespec(tv_sec: seconds, tv_nsec: rest),
        ]
        guard utimensat(AT_FDCWD, path, times, 0) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}
