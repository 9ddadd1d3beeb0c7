// SPDX-License-Identifier: Apache-2.0

import Glibc
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import LocalStorage

@Suite struct `Listing local trees` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func list(_ below: ObjectName = "") -> (CollectedListing, ListingOutcome) {
        var sink = CollectedListing()
        let outcomes = LocalStorage().list([directory.url(below)], into: &sink)
        return (sink, outcomes[0])
    }

    @Test func `every name comes back byte for byte, with its kind, size and time`() throws {
        for (index, name) in HostileNames.all.enumerated() {
            try directory.write(name.appending("file"), [UInt8](repeating: 1, count: index))
            let time = Instant(nanoseconds: 1_600_000_000_123_456_789 + Int64(index))
            try directory.setModified(name.appending("file"), time)
        }
        let (sink, outcome) = list()
        #expect(outcome == .complete)
        let files = HostileNames.all.map { $0.appending("file") }
        #expect(sink.paths == ([ObjectName([])] + HostileNames.all + files).sorted())
        for (index, name) in HostileNames.all.enumerated() {
            #expect(sink[name]?.kind == .directory)
            let file = try #require(sink[name.appending("file")])
            #expect(file.kind == .file)
            #expect(file.size == Int64(index))
            #expect(file.modified.nanoseconds == 1_600_000_000_123_456_789 + Int64(index))
            #expect(file.identity == directory.identity(name.appending("file")))
        }
    }

    /// More entries than are asked for at a time, whose answers could be mixed up.
    @Test func `each of very many entries comes with what is its own`() throws {
        let count = 1300
        for number in 0..<count {
            try directory.write(
                ObjectName(number.isMultiple(of: 100) ? "d\(number)/file" : "f\(number)"),
                [UInt8](repeating: 1, count: number)
            )
        }
        let (sink, outcome) = list()
        #expect(outcome == .complete)
        #expect(sink.paths.count == 1 + count + count / 100)
        for number in 0..<count {
            let isBelow = number.isMultiple(of: 100)
            let name = ObjectName(isBelow ? "d\(number)/file" : "f\(number)")
            let file = try #require(sink[name])
            #expect(file.kind == .file)
            #expect(file.size == Int64(number))
            #expect(file.identity == directory.identity(name))
            if isBelow { #expect(sink[ObjectName("d\(number)")]?.kind == .directory) }
        }
    }

    @Test func `links are given as links and never followed`() throws {
        let outside = try TemporaryDirectory()
        try outside.write("secret/file")
        try directory.write("a/file")
        try directory.link("a/out", to: outside.path)
        try directory.link("a/file-out", to: outside.path + "/secret/file")
        try directory.link("a/nowhere", to: "no such thing")
        try directory.link("a/loop", to: ".")
        try directory.makePipe("a/pipe")
        let (sink, outcome) = list()
        #expect(outcome == .complete)
        let found = Dictionary(uniqueKeysWithValues: sink.entries.map { ($0.path, $0.kind) })
        #expect(
            found == [
                "": .directory, "a": .directory, "a/file": .file, "a/out": .symbolicLink,
                "a/file-out": .symbolicLink, "a/nowhere": .symbolicLink, "a/loop": .symbolicLink,
                "a/pipe": .other,
            ]
        )
    }

    @Test func `only a root that is not there is absent (law 2)`() throws {
        try directory.write("file")
        try directory.makeDirectory("real/inner")
        try directory.link("link", to: directory.path + "/real")
        try directory.link("dangling", to: directory.path + "/unmounted")
        #expect(list("missing").1 == .absent)
        #expect(list("missing/deeper").1 == .absent)
        #expect(list("link/inner").1 == .complete)
        guard case .incomplete(let file) = list("file").1 else { Issue.record("file"); return }
        #expect(file[0].detail == "not a directory")
        guard case .incomplete(let link) = list("link").1 else { Issue.record("link"); return }
        #expect(
            link[0].detail
                == "it is a symbolic link; name the directory it leads to: "
                + "\"\(directory.path)/real\""
        )
        guard case .incomplete = list("dangling/flink").1 else { Issue.record("gone"); return }
        guard case .incomplete = list("file/deeper").1 else { Issue.record("deeper"); return }
    }

    @Test func `places that cannot be local are refused by name`() {
        var sink = CollectedListing()
        for place in [
            StorageURL(scheme: "s3", authority: "bucket", path: "/a"),
            StorageURL(scheme: "file", authority: "host", path: "/a"),
            StorageURL(scheme: "file", path: "/a/../b"),
            StorageURL(scheme: "file", path: ObjectName([0x2F, 0x61, 0x00])),
        ] {
            let outcomes = LocalStorage().list([place], into: &sink)
            guard case .incomplete(let errors) = outcomes[0] else {
                Issue.record("\(place) was listed")
                continue
            }
            #expect(errors[0].reason == .unusableName)
        }
        #expect(sink.entries.isEmpty)
    }

    @Test func `no depth and no length of path is too much`() throws {
        let depth = 2000
        let name = "d-345678901234567890"
        let top = open(directory.path, O_RDONLY)
        var current = top
        for _ in 0..<depth {
            #expect(mkdirat(current, name, 0o755) == 0)
            let next = openat(current, name, O_RDONLY)
            _ = close(current)
            current = next
        }
        _ = close(current)
        let (sink, outcome) = list()
        #expect(outcome == .complete)
        #expect(sink.entries.count == depth + 1)
        #expect(sink.entries.last?.path.bytes.count == depth * (name.utf8.count + 1) - 1)
    }

    @Test func `going back up a deep tree finds what else lies on the way`() throws {
        var path: ObjectName = "top"
        var expected: Set<ObjectName> = ["", "top"]
        for level in 0..<100 {
            for sibling in ["a", "b", "c"] {
                try directory.write(path.appending(ObjectName("\(sibling)\(level)/f")))
                expected.insert(path.appending(ObjectName("\(sibling)\(level)")))
                expected.insert(path.appending(ObjectName("\(sibling)\(level)/f")))
            }
            path = path.appending(ObjectName("b\(level)"))
        }
        let (sink, outcome) = list()
        #expect(outcome == .complete)
        #expect(Set(sink.paths) == expected)
        #expect(sink.entries.count == expected.count)
    }

    @Test(.enabled(if: getuid() == 0, "needs to be root to become somebody else for a moment"))
    func `a directory that may not be read makes the listing incomplete (law 2)`() throws {
        try directory.setMode("", 0o755)
        try directory.write("open/file")
        try directory.write("closed/file")
        try directory.setMode("closed", 0o700)
        // The file system's user id belongs to the thread; nobody else is affected.
        _ = setFileSystemUser(65534)
        let (sink, outcome) = list()
        _ = setFileSystemUser(0)
        guard case .incomplete(let errors) = outcome else { Issue.record("complete"); return }
        #expect(errors.map(\.reason) == [.denied])
        #expect(errors.map(\.place) == [directory.url("closed")])
        #expect(sink.paths == ["", "closed", "open", "open/file"])
    }

    @Test func `names of directories are given sorted, links left out`() throws {
        try directory.makeDirectory("b")
        try directory.makeDirectory("a/x")
        try directory.write("file")
        try directory.link("c", to: "a")
        #expect(try LocalStorage().subdirectories(of: directory.url) == ["a", "b"])
        #expect(throws: StorageError.self) {
            try LocalStorage().subdirectories(of: directory.url("none"))
        }
    }

    @Test func `names of links are given sorted, those that lead nowhere too`() throws {
        try directory.makeDirectory("a/x")
        try directory.write("file")
        try directory.link("d", to: "nowhere")
        try directory.link("c", to: "a")
        try directory.link("a/below", to: "x")
        #expect(try LocalStorage().symbolicLinks(in: directory.url) == ["c", "d"])
        #expect(throws: StorageError.self) {
            try LocalStorage().symbolicLinks(in: directory.url("none"))
        }
    }
}

/// Source: setfsuid(2); not in the toolchain's Glibc module.
@_silgen_name("setfsuid")
private func setFileSystemUser(_ user: UInt32) -> Int32
