// SPDX-License-Identifier: Apache-2.0

// usage: listing-generator DIRECTORY FILES SNAPSHOTS
//
// Writes a listing of so many files in directory order, of which 1 % are referenced by nothing, the
// policy for it, and so many real metadata files that reference the rest. The files themselves are
// not written: a plan from a listing looks at metadata only.

import DemoTree
import Foundation
import SnapshotModel

/// Numbers that are the same in every run.
struct Numbers {
    var state: UInt64 = 0x5A11_ED00

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A random UUID, as Flink names files.
    mutating func uuid() -> String {
        let digits =
            String(next(), radix: 16).leftPadded(to: 16)
            + String(next(), radix: 16).leftPadded(to: 16)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text += "-" }
            text.append(digit)
        }
        return text
    }
}

extension String {
    func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: Swift.max(0, width - count)) + self
    }
}

/// A text file that is written in large pieces.
final class Output {
    private let handle: FileHandle
    private var buffer = Data()

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        self.handle = handle
    }

    func line(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        buffer.append(0x0A)
        if buffer.count > 1 << 20 { try flush() }
    }

    func flush() throws {
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Attempts with a hundred checkpoints each, and the shared files that these reference.
struct Generator {
    let top: String
    let fileCount: Int
    let snapshotCount: Int
    let listing: Output
    var numbers = Numbers()
    var objects = 0
    let start: Int64 = 1_700_000_000

    mutating func write() throws {
        let attempts = max(1, snapshotCount / 100)
        let perAttempt = snapshotCount / attempts
        let shared = (fileCount - snapshotCount * 2) / attempts
        try listing.line("janitor listing 1\ntime 2026-11-22T02:00:00Z\nroot file://\(top)/cp")
        try object("d \(start) .")
        for number in 0..<attempts {
            let id = String(number, radix: 16).leftPadded(to: 32)
            try attempt(id, snapshots: perAttempt, shared: shared)
        }
        try listing.line("complete\nend \(objects)")
        try listing.flush()
        let policy = """
            { jobs: [ { name: "bench", checkpoints: "file://\(top)/cp",
                        keep: { checkpoints: { keepWithin: "50y" } } } ] }

            """
        try Data(policy.utf8).write(to: URL(filePath: "\(top)/policy.json5"))
    }

    private mutating func object(_ line: String) throws {
        try listing.line(line)
        objects += 1
    }

    private mutating func attempt(_ id: String, snapshots: Int, shared: Int) throws {
        let names = (0..<shared).map { _ in numbers.uuid() }
        let unreferenced = (fileCount / 100) / max(1, snapshotCount / snapshots)
        let used = names.dropLast(unreferenced)
        let slice = (used.count + snapshots - 1) / snapshots
        try object("d \(start) \(id)")
        for number in 1...snapshots {
            let first = min(used.count, (number - 1) * slice)
            let own = numbers.uuid()
            let bytes = SampleMetadata.checkpoint(
                id: Int64(number),
                shared: used[first..<min(used.count, first + slice)].map {
                    SampleMetadata.File("file:\(top)/cp/\(id)/shared/\($0)", 4096)
                },
                own: [SampleMetadata.File(own, 4096)]
            )
            let time = start + Int64(number) * 60
            let path = "\(id)/chk-\(number)"
            try object("d \(time) \(path)")
            try object("f \(bytes.count) \(time) \(path)/_metadata")
            try object("f 4096 \(time) \(path)/\(own)")
            try metadata(bytes, at: "\(top)/cp/\(path)", time: time)
        }
        try object("d \(start) \(id)/shared")
        for name in names { try object("f 4096 \(start) \(id)/shared/\(name)") }
    }

    private func metadata(_ bytes: [UInt8], at directory: String, time: Int64) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = "\(directory)/_metadata"
        try Data(bytes).write(to: URL(filePath: path))
        let date = Date(timeIntervalSince1970: Double(time))
        try files.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
}

let words = CommandLine.arguments
guard words.count == 4, let files = Int(words[2]), let snapshots = Int(words[3]),
    snapshots > 0, files >= snapshots * 2
else {
    FileHandle.standardError.write(
        Data("usage: listing-generator DIRECTORY FILES SNAPSHOTS\n".utf8)
    )
    exit(2)
}
try FileManager.default.createDirectory(atPath: words[1], withIntermediateDirectories: true)
var generator = Generator(
    top: words[1],
    fileCount: files,
    snapshotCount: snapshots,
    listing: try Output("\(words[1])/listing")
)
try generator.write()
