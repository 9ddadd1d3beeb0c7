// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import Testing

@testable import ListingFiles

/// Listings that were made earlier: as good as live ones where they are whole, and no proof of
/// anything where they are not.
struct ListingFileTests {
    private struct Seen: Hashable {
        let root: Int
        let path: ObjectName
        let kind: ObjectKind
        let size: Int64
        let modified: Instant
    }

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for (number, name) in HostileNames.all.enumerated() {
            try directory.write(
                ObjectName("tree/a").appending(name),
                [UInt8](repeating: 1, count: number)
            )
            try directory.write(ObjectName("tree/b").appending(name).appending("x"))
        }
        try directory.makeDirectory("tree/c")
        try directory.link("tree/link", to: "a")
        try directory.makePipe("tree/pipe")
        try directory.write("tree/a/old")
        try directory.setModified("tree/a/old", Instant(nanoseconds: 1))
    }

    private var file: String { "\(directory.path)/listing" }

    private func save(_ roots: [StorageURL]) throws {
        var bytes = Data()
        var writer = JanitorListingWriter(at: Instant(nanoseconds: 0)) {
            bytes.append(contentsOf: $0)
        }
        for root in roots { _ = writer.list(root, with: LocalStorage()) }
        writer.finish()
        try bytes.write(to: URL(filePath: file))
    }

    private func read(
        _ roots: [StorageURL],
        _ reader: any StorageReader
    ) -> (seen: Set<Seen>, outcomes: [ListingOutcome]) {
        var listing = CollectedListing()
        let outcomes = reader.list(roots, into: &listing)
        let seen = listing.entries.map {
            Seen(root: $0.root, path: $0.path, kind: $0.kind, size: $0.size, modified: $0.modified)
        }
        return (Set(seen), outcomes)
    }

    private var reader: ListingFileReader {
        ListingFileReader(file, live: LocalStorage(), memory: ListingMemory())
    }

    private func isIncomplete(_ outcome: ListingOutcome) -> Bool {
        if case .incomplete(let errors) = outcome { !errors.isEmpty } else { false }
    }

    @Test func `a saved listing says what a live one says, whatever the names`() throws {
        let roots = ["tree/a", "tree/b", "tree/c", "tree/none", "tree"].map { directory.url($0) }
        for root in roots {
            try save([root])
            let live = read([root], LocalStorage())
            let saved = read([root], reader)
            #expect(saved.seen == live.seen, "\(root)")
            #expect(saved.outcomes == live.outcomes, "\(root)")
        }
        try save(Array(roots.dropLast()))
        let live = read(Array(roots.dropLast()), LocalStorage())
        let saved = read(Array(roots.dropLast()), reader)
        #expect(saved.seen == live.seen)
        #expect(saved.outcomes == live.outcomes)
    }

    @Test func `a listing of a larger place serves for the roots in it`() throws {
        try save([directory.url])
        let roots = ["tree/b", "tree/a", "tree/none", "tree/c"].map { directory.url($0) }
        let live = read(roots, LocalStorage())
        let saved = read(roots, reader)
        #expect(saved.seen == live.seen)
        #expect(saved.outcomes == live.outcomes)
    }

    @Test func `directories and links are those of the listing where it speaks of them`() throws {
        try save([directory.url])
        let reader = reader
        let tree = directory.url("tree")
        try directory.makeDirectory("tree/later")
        try directory.link("tree/another", to: "b")
        #expect(try reader.subdirectories(of: tree) == ["a", "b", "c"])
        #expect(try reader.symbolicLinks(in: tree) == ["link"])
        try save([directory.url("tree/a")])
        let other = self.reader
        #expect(try other.subdirectories(of: tree) == ["a", "b", "c", "later"])
        #expect(try other.symbolicLinks(in: tree) == ["another", "link"])
    }

    @Test func `law 2: a root of which the listing does not speak is not listed`() throws {
        try save([directory.url("tree/a")])
        for root in ["tree", "tree/b", "tree/ab"] {
            let outcomes = read([directory.url(ObjectName(root))], reader).outcomes
            #expect(outcomes.count == 1 && isIncomplete(outcomes[0]), "\(root)")
        }
    }

    @Test func `law 2: wherever the file is cut off it proves nothing`() throws {
        let roots = [directory.url("tree/b"), directory.url("tree/none"), directory.url("tree/c")]
        try save(roots)
        let whole = try Data(contentsOf: URL(filePath: file))
        #expect(!read(roots, reader).outcomes.contains(where: isIncomplete))
        for length in stride(from: 0, to: whole.count, by: 7) {
            try whole.prefix(length).write(to: URL(filePath: file))
            let outcomes = read(roots, reader).outcomes
            #expect(outcomes.count == roots.count && outcomes.allSatisfy(isIncomplete), "\(length)")
        }
    }

    @Test func `law 2: a line less, twice or elsewhere, and the file proves nothing`() throws {
        let roots = [directory.url("tree/b"), directory.url("tree/c")]
        try save(roots)
        let text = try Data(contentsOf: URL(filePath: file))
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        func expectNothing(_ lines: some Collection<Data>, _ what: String) throws {
            try Data(lines.joined(separator: [0x0A]) + [0x0A]).write(to: URL(filePath: file))
            let outcomes = read(roots, reader).outcomes
            #expect(outcomes.contains(where: isIncomplete), "\(what)")
        }
        for index in lines.indices {
            var fewer = lines
            fewer.remove(at: index)
            try expectNothing(fewer, "without line \(index + 1)")
            var more = lines
            more.insert(lines[index], at: index)
            try expectNothing(more, "with line \(index + 1) twice")
        }
    }

    @Test(arguments: [
        "f 1 1 ../x", "f 1 1 a//b", "f 1 1 a/./b", "f 1 1 /a", "f 1 1 a/", "f -1 1 a", "f 1 a",
        "f 1  1 a", "f 1 1.1234567891 a", "f 99999999999999999999 1 a", "f 1 1 ", "f 1 1 a b",
        "f 1 1 \\x41", "f 1 1 \\x4", "f 1 1 \\xc3", "f 1 1 \\x00", "x 1 1 a", "d 1 ü", "",
        "f 1 99999999999999 a", "f 1 1 a\r",
    ])
    func `law 2: a line that is not of the format makes the whole file no proof`(
        line: String
    ) throws {
        let root = directory.url("tree/c")
        let text = "janitor listing 1\ntime 2026-11-22T02:00:00Z\nroot \(root)\nd 1 .\n"
        let tail = "complete\nend 2\n"
        try Data("\(text)f 1 1 a\n\(tail)".utf8).write(to: URL(filePath: file))
        #expect(read([root], reader).outcomes == [.complete])
        try Data("\(text)\(line)\n\(tail)".utf8).write(to: URL(filePath: file))
        let outcomes = read([root], reader).outcomes
        #expect(outcomes.count == 1 && isIncomplete(outcomes[0]))
    }

    @Test func `a second look at what was listed is a look at the store`() throws {
        try save([directory.url("tree")])
        let reader = reader
        _ = read([directory.url("tree")], reader)
        try directory.write("tree/c/new")
        let again = read([directory.url("tree/c")], reader)
        #expect(again.seen.contains { $0.path == "new" })
    }

    @Test func `what is gone since is not known to be gone`() throws {
        try save([directory.url("tree")])
        try directory.delete("tree/a/old")
        var reason: StorageError.Reason?
        reader.read([directory.url("tree/a/old")]) { _, result in
            if case .failure(let error) = consume result { reason = error.reason }
        }
        #expect(reason == .changed)
    }

    @Test(arguments: [0, 1, -1, 999_999_999, 1_000_000_000, -1_500_000_000, .max, .min])
    func `every time is read as it was written`(nanoseconds: Int64) throws {
        let time = Instant(nanoseconds: nanoseconds)
        var text: [UInt8] = []
        var writer = JanitorListingWriter(at: time) { text += $0 }
        let root = directory.url("tree/c")
        _ = writer.list(root, with: OneFile(modified: time))
        writer.finish()
        try Data(text).write(to: URL(filePath: file))
        let seen = read([root], reader)
        #expect(seen.outcomes == [.complete])
        #expect(seen.seen.map(\.modified) == [time])
    }
}

/// A root with one file.
private struct OneFile: StorageReader {
    let modified: Instant

    var timeResolution: Int64 { 1 }

    func list(_ roots: [StorageURL], into sink: inout some ListingSink) -> [ListingOutcome] {
        sink.receive(
            root: 0,
            path: Array("x".utf8).span,
            kind: .file,
            size: 1,
            modified: modified,
            identity: .none
        )
        return [.complete]
    }

    func subdirectories(of directory: StorageURL) throws(StorageError) -> [ObjectName] { [] }

    func symbolicLinks(in directory: StorageURL) throws(StorageError) -> [ObjectName] { [] }

    func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {}
}
