// SPDX-License-Identifier: Apache-2.0

import Foundation
import SnapshotModel
import Testing

@testable import HDFSStorage

/// What is cut off at the end of a line, by a client that says that all went well.
@Suite struct `The seal of a listing` {
    private static let time = "   3 flink flink        180 2026-11-22 21:49 "
    private static let entry = "/r/a/.janitor-lock/token,host,ü"

    private func lines(_ paths: [String]) -> [String] {
        paths.map { path in
            (path.hasSuffix("/") ? "drwxr-xr-x" : "-rw-r--r--") + Self.time
                + (path.hasSuffix("/") ? String(path.dropLast()) : path)
        }
    }

    /// How many lines a listing holds about its roots, by its seal; nil where it has none.
    private func sealed(_ lines: some Sequence<String>, _ roots: [ObjectName]) throws -> Int? {
        var spool = try SpoolFile(in: FileManager.default.temporaryDirectory.path)
        for line in lines { _ = spool.append(Array("\(line)\n".utf8).span) }
        var reading = SealReading("/r/a/.janitor-lock", behind: roots)
        return reading.lines(in: spool)
    }

    private static let listings: [(roots: [ObjectName], paths: [String])] = [
        (["/r/a"], ["/r/a/.janitor-lock/", entry, "/r/a/sp-1/", "/r/a/sp-1/_metadata"]),
        // Nothing but the lock, and what sorts before it.
        (["/r/a"], ["/r/a/.janitor-lock/", entry]),
        (["/r/a"], ["/r/a/-sp/", "/r/a/-sp/_metadata", "/r/a/.janitor-lock/", entry]),
        // The lock's root is in the middle, or above, or in another call.
        (
            ["/r/0", "/r/a", "/r/b"],
            ["/r/0/x", "/r/a/.janitor-lock/", entry, "/r/a/y", "/r/b/.janitor-lock/", "/r/b/z"]
        ),
        (["/r"], ["/r/a/", "/r/a/.janitor-lock/", entry, "/r/b/", "/r/b/z"]),
        (["/r/b"], ["/r/b/.janitor-lock/", "/r/b/.janitor-lock/token,host,ü", "/r/b/z"]),
        // A neighbour whose name only begins like that.
        (["/r/b"], ["/r/a/.janitor-lock-/x"]),
    ]

    @Test(arguments: listings)
    func `law 2: a listing that is cut off after any of its lines is not taken for whole`(
        roots: [ObjectName],
        paths: [String]
    ) throws {
        let whole = lines(paths + [Self.entry])
        #expect(try sealed(whole, roots) == paths.count)
        for count in 0..<whole.count {
            #expect(try sealed(whole.prefix(count), roots) == nil, "\(count) lines")
        }
        #expect(try sealed(whole + ["connection lost"], roots) == nil)
    }

    @Test func `a root whose name only begins like that of the lock's does not show it`() throws {
        var spool = try SpoolFile(in: FileManager.default.temporaryDirectory.path)
        for line in lines(["/r/a/x", "/r/ab/.janitor-lock/token"]) {
            _ = spool.append(Array("\(line)\n".utf8).span)
        }
        var reading = SealReading("/r/ab/.janitor-lock", behind: ["/r/a"])
        #expect(reading.lines(in: spool) == 1)
        spool.end(afterLine: 1)
        var seen: [String] = []
        #expect(spool.eachLine { seen.append(String(decoding: $0, as: UTF8.self)) })
        #expect(seen.count == 1 && seen[0].hasSuffix("/r/a/x"))
    }

    @Test func `a lock that is renewed meanwhile has two entries, or another one`() throws {
        let other = "\(Self.entry)-later"
        let before = ["/r/a/.janitor-lock/", Self.entry, "/r/a/sp-1/"]
        #expect(try sealed(lines(before + [Self.entry, other]), ["/r/a"]) == 3)
        #expect(try sealed(lines(before + [other]), ["/r/a"]) == 3)
        let both = ["/r/a/.janitor-lock/", Self.entry, other]
        #expect(try sealed(lines(both), ["/r/a"]) == nil)
        #expect(try sealed(lines(both + [other]), ["/r/a"]) == 3)
    }

    @Test func `there is none without a lock, and the locks of a process are asked for in order`() {
        let seal = ListingSeal()
        #expect(seal.lock == nil)
        let places = ["b", "a"].map {
            StorageURL(scheme: "hdfs", authority: "nn", path: ObjectName("/\($0)"))
        }
        seal.note(places)
        #expect(seal.lock == places[1])
        seal.forget([places[1]])
        #expect(seal.lock == places[0])
        seal.forget(places)
        #expect(seal.lock == nil)
    }
}
