// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Testing

@testable import FlinkMetadata

/// A name that is found as text protects, wherever it stands.
@Suite struct NameScannerTests {
    private let uuid: ObjectName = "c139387a-072f-4d4d-a1d3-befd96664480"
    private let savepoint: ObjectName = "savepoint-689afe-bbfcd426a951"
    private let job = "0123456789abcdef0123456789abcdef"

    private func scan(_ bytes: [UInt8], piece: Int = .max) throws -> FoundNames {
        var source = PiecewiseByteSource(bytes, piece: piece)
        return try NameScanner.scan(&source)
    }

    @Test func `finds all three kinds of names`() throws {
        let text = "\0$\(uuid)x \(savepoint)/_metadata t\0,/cp/\(job)/chk-1234q"
        let names = try scan(Array(text.utf8))
        #expect(names.uuids == [uuid])
        #expect(names.savepoints == [savepoint])
        #expect(names.checkpoints == [ObjectName("\(job)/chk-1234")])
        #expect(names.all.count == 3)
    }

    @Test(arguments: [
        "c139387a-072f-4d4d-a1d3-befd9666448", "c139387g-072f-4d4d-a1d3-befd96664480",
        "c139387a_072f-4d4d-a1d3-befd96664480", "savepoint-689af-bbfcd426a951",
        "savepoint-689afe-bbfcd426a95", "0123456789abcdef0123456789abcde/chk-1",
        "0123456789abcdef0123456789abcdef/chk-", "0123456789abcdef0123456789abcdef/chk-x", "",
    ])
    func `finds nothing in what only looks alike`(text: String) throws {
        #expect(try scan(Array(text.utf8)).isEmpty)
    }

    @Test func `finds names within longer words and in upper case`() throws {
        let upper = "C139387A-072F-4D4D-A1D3-BEFD96664480"
        let names = try scan(Array("ab\(uuid)cd\(upper)ef".utf8))
        #expect(names.uuids == [uuid, ObjectName(upper)])
        let checkpoint = try scan(Array("ff\(job)/chk-99999999999999999999999".utf8))
        #expect(checkpoint.checkpoints == [ObjectName("\(job)/chk-99999999999999999999")])
    }

    @Test func `finds names wherever pieces and buffers end`() throws {
        let name = "\(job)/chk-1234567"
        for before in 0...260 {
            let padding = [UInt8](repeating: UInt8(ascii: "-"), count: before)
            for text in [uuid.bytes, savepoint.bytes, Array(name.utf8)] {
                var source = MemoryByteSource(padding + text + [0])
                let names = try NameScanner.scan(&source, bufferSize: 128)
                #expect(names.all == [ObjectName(text)], "after \(before) bytes")
            }
        }
        for piece in 1...70 {
            let names = try scan(Array("\(uuid)\(savepoint)\(name)".utf8), piece: piece)
            #expect(names.all == [uuid, savepoint, ObjectName(name)], "in pieces of \(piece)")
        }
    }

    @Test func `finds checkpoints in a directory of any name`() throws {
        let names = try scan(Array("file:/cp/orders/chk-7/_metadatat\0,s3://b/ü 1/chk-8t".utf8))
        #expect(names.checkpoints == ["orders/chk-7", "ü 1/chk-8"])
        #expect(try scan(Array("/cp/orders/chk-/_metadata /cp/chk-x/y".utf8)).isEmpty)
    }

    @Test(arguments: [
        "/sp/prod/_metadata", "s3://b/sp/prod", "/sp/prodt\0\u{9}s3://b/x",
        "\0/sp/prod/_metadata\0", "/sp/prodsq\0~\0\u{4}", "/sp/prod-2026", "/prod\n/x",
    ])
    func `finds a name that is asked for where the directory of a snapshot stands`(
        text: String
    ) throws {
        var source = MemoryByteSource(Array(text.utf8))
        let names = try NameScanner.scan(&source, lookingFor: ["prod", "other"])
        #expect(names.directories == ["prod"])
        #expect(names.all == ["prod"])
    }

    @Test(arguments: [
        "/sp/prod/chk", "/sp/preprod/_metadata", "/sp/prod-2026/_metadata", "prod",
        "prod/_metadata", "/sp/prod/_label.x", "/sp/pro", "/", "/sp/", "//",
    ])
    func `finds none in names of other directories and of those above`(text: String) throws {
        var source = MemoryByteSource(Array(text.utf8))
        #expect(try NameScanner.scan(&source, lookingFor: ["prod", ""]).isEmpty)
    }

    @Test func `a file of state is no name that its random one begins with`() throws {
        for name: ObjectName in ["c1", uuid] {
            var source = MemoryByteSource(Array("/sp/\(uuid)t\0".utf8))
            let names = try NameScanner.scan(&source, lookingFor: [name])
            #expect(names.directories == (name == uuid ? [uuid] : []))
        }
    }

    @Test func `finds names as Java writes them, wherever buffers end`() throws {
        let name: ObjectName = "pro\nd 😀"
        let written = Array("pro\nd ".utf8) + [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]
        for before in 0...260 {
            let padding = [UInt8](repeating: UInt8(ascii: "-"), count: before)
            for end in ["t\0", "/_metadata", "/chk-7"] {
                let text = Array("/sp/".utf8) + written + Array(end.utf8)
                var source = MemoryByteSource(padding + text)
                let names = try NameScanner.scan(&source, lookingFor: [name], bufferSize: 128)
                #expect(names.directories == [name], "\(end) after \(before) bytes")
                guard end == "/chk-7" else { continue }
                #expect(names.checkpoints.contains(ObjectName("\(name)/chk-7")))
            }
        }
    }

    @Test func `finds every file that unreadable metadata name`() throws {
        for fixture in Fixture.committed {
            guard let metadata = attempt(fixture.bytes).metadata else { continue }
            let names = try scan(fixture.bytes)
            for reference in metadata.references where reference.path.baseName.bytes.count == 36 {
                #expect(names.uuids.contains(reference.path.baseName), "\(fixture.name)")
            }
        }
    }

    @Test func `a store that fails gives no names`() {
        var source = PiecewiseByteSource(uuid.bytes, piece: 1, failingAt: 30)
        #expect(throws: ByteSourceError("connection lost")) { try NameScanner.scan(&source) }
        var liar = LyingByteSource(answer: .max)
        #expect(throws: ByteSourceError.self) { try NameScanner.scan(&liar) }
    }
}
