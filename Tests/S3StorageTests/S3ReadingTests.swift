// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import S3Storage

/// Against a real server, beside what the conformance suite holds; by every client where they print
/// something of their own.
@Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"), .besideS3)
struct S3ReadingTests {
    private typealias Client = S3TestService.Client

    private let service: S3TestService

    init() throws {
        service = try #require(S3TestService.shared)
    }

    private func place(_ text: String) throws -> StorageURL {
        try #require(StorageURL(parsing: ObjectName(text)))
    }

    /// Names that break what is careless with them; each is a key of its own.
    private static let oddNames = [
        "a", "a b", "-x", "*", "[a]", "?", "{c}", "\\b", "%41", "+ &<>", "'q\"", "é", "e\u{301}",
        "😀",
        "nl\nx", "tab\tx", "cr\rx", "#", "..", "a/../b", "dir/file", "sp-1/x", "sp-10/x",
    ]

    @Test(arguments: S3TestService.Client.allCases)
    func `lists every key exactly, and only below the prefix`(
        client: S3TestService.Client
    ) throws {
        let top = "list-\(client)"
        let body: [UInt8] = [1, 2, 3]
        try service.put(
            Self.oddNames.map { ("\(top)/odd/\($0)", body) }
                + [("\(top)/odd", body), ("\(top)/odd2/decoy", body), ("\(top)/odd-/decoy", body)],
            into: "plain"
        )
        var sink = CollectedListing()
        let outcomes = service.storage(client)
            .list([try place("s3a://plain/\(top)/odd")], into: &sink)
        #expect(outcomes == [.complete])
        #expect(sink.paths == Self.oddNames.map { ObjectName($0) }.sorted())
        #expect(sink.entries.allSatisfy { $0.kind == .file && $0.size == 3 })
    }

    @Test(arguments: [S3TestService.Client.aws1, .s5cmd])
    func `tells keys apart that differ by a slash only, and markers from files`(
        client: S3TestService.Client
    ) throws {
        let top = "slash-\(client)"
        try service.put(
            [
                ("\(top)/r/a/b", [1]), ("\(top)/r/a//b", [1, 2]), ("\(top)/r//a/b", [1, 2, 3]),
                ("\(top)/r/", []), ("\(top)/r/empty/", []), ("\(top)/r/full/", [1]),
            ],
            into: "plain"
        )
        var sink = CollectedListing()
        let outcomes = service.storage(client).list([try place("s3://plain/\(top)/r")], into: &sink)
        #expect(outcomes == [.complete])
        #expect(sink["a/b"]?.kind == .file)
        #expect(sink["a/b"]?.size == 1)
        #expect(sink["a//b"]?.kind == .other)
        #expect(sink["/a/b"]?.kind == .other)
        #expect(sink[""]?.kind == .directory)
        #expect(sink["empty"]?.kind == .directory)
        #expect(sink["empty"]?.identity == ObjectIdentity.none)
        if client != .s5cmd {
            #expect(sink["full/"]?.kind == .other)
        }
    }

    @Test(arguments: [S3TestService.Client.aws1, .s5cmd])
    func `lists many places by one call`(client: S3TestService.Client) throws {
        let top = "many-\(client)"
        let names = (1...12).map { "chk-\($0)" }
        try service.put(names.map { ("\(top)/r/\($0)/_metadata", Array($0.utf8)) }, into: "plain")
        let storage = service.storage(client)
        var all = CollectedListing()
        _ = storage.list([try place("s3://plain/\(top)/r")], into: &all)
        var sink = CollectedListing()
        let places = try (names + ["chk-13"]).map { try place("s3://plain/\(top)/r/\($0)") }
        let outcomes = storage.list(places, into: &sink)
        #expect(outcomes == names.map { _ in .complete } + [.absent])
        for (index, name) in names.enumerated() {
            let own = sink.entries.filter { $0.root == index }
            #expect(own.map(\.path) == ["_metadata"])
            #expect(own.first?.size == Int64(name.utf8.count))
        }
        #expect(try storage.subdirectories(of: place("s3://plain/\(top)/r")).count == 12)
    }

    @Test(arguments: [S3TestService.Client.aws1, .s5cmd])
    func `reads objects whole, by one call or by many, and says what is not there`(
        client: S3TestService.Client
    ) throws {
        let top = "read-\(client)"
        let names = (1...9).map { "j/chk-\($0)" } + ["j/a b", "j/-x", "j/nl\nx"]
        func body(_ name: String) -> [UInt8] {
            Array(repeating: name.utf8.last ?? 0, count: 70_000)
        }
        try service.put(names.map { ("\(top)/\($0)/_metadata", body($0)) }, into: "plain")
        let storage = service.storage(client)
        for isListed in [false, true] {
            if isListed {
                var sink = CollectedListing()
                _ = storage.list([try place("s3://plain/\(top)")], into: &sink)
                #expect(sink.entries.count == names.count)
            }
            // One by one costs a start each: two are enough to see it.
            let wanted = (isListed ? names : Array(names.suffix(2))) + ["j/gone"]
            let places = try wanted.map { try place("s3://plain/\(top)/\($0)/_metadata") }
            var found: [Int: [UInt8]] = [:]
            var errors: [Int: StorageError.Reason] = [:]
            storage.read(places) { index, result in
                switch consume result {
                case .success(var source):
                    var bytes = [UInt8](repeating: 0, count: Int(source.length) + 1)
                    let count = try? bytes.withUnsafeMutableBytes { try source.read(into: $0) }
                    found[index] = Array(bytes.prefix(count ?? 0))
                case .failure(let error): errors[index] = error.reason
                }
            }
            #expect(errors == [wanted.count - 1: .notFound])
            #expect(found.count == wanted.count - 1)
            for (index, bytes) in found { #expect(bytes == body(wanted[index])) }
        }
    }

    @Test(arguments: [S3TestService.Client.aws1, .s5cmd])
    func `looks at single objects without taking another one for them`(
        client: S3TestService.Client
    ) throws {
        let top = "status-\(client)"
        try service.put(
            [("\(top)/a", [1]), ("\(top)/a2", [1, 2]), ("\(top)/d/", []), ("\(top)/d2/x", [1])],
            into: "plain"
        )
        let storage = service.storage(client)
        let places = try ["a", "d", "d2", "b"].map { try place("s3://plain/\(top)/\($0)") }
        let found = storage.status(of: places).map { try? $0.get() }
        #expect(found.map { $0?.kind } == [.file, .directory, nil, nil])
        #expect(found[0]?.size == 1)
    }

    @Test(arguments: [S3TestService.Client.aws1, .s5cmd])
    func `a bucket that is not there, and one that is closed, is no empty bucket`(
        client: S3TestService.Client
    ) throws {
        var sink = CollectedListing()
        let missing = service.storage(client).list([try place("s3://nowhere/x")], into: &sink)
        let denied = service.storage(client, isStranger: true)
            .list([try place("s3://plain/x")], into: &sink)
        for outcome in missing + denied {
            guard case .incomplete(let errors) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(!errors.isEmpty)
        }
        #expect(sink.entries.isEmpty)
    }

    @Test func `a place that is expected is listed from the next look, once`() throws {
        let top = "expect"
        try service.put(
            [("\(top)/r/a/_metadata", [1]), ("\(top)/r/a/x", [1]), ("\(top)/r/b/y", [])],
            into: "plain"
        )
        let proxy = try S3Proxy(before: service.ceph, [], of: service)
        let storage = service.storage(.s5cmd, at: proxy.url)
        let places = try ["a", "gone"].map { try place("s3://plain/\(top)/r/\($0)") }
        storage.expect(places)
        var all = CollectedListing()
        _ = storage.list([try place("s3://plain/\(top)/r")], into: &all)
        #expect(all.paths == ["a/_metadata", "a/x", "b/y"])
        for calls in [1, 2] {
            var sink = CollectedListing()
            #expect(storage.list(places, into: &sink) == [.complete, .absent])
            #expect(sink.paths == ["_metadata", "x"])
            let lists = proxy.operations.count { $0 == "list" }
            #expect(calls == 1 ? lists == 1 : lists > 1)
        }
    }
}
