// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Storage
import Testing

@testable import HDFSStorage

@Suite struct ShellListingLineTests {
    private func line(_ text: String) -> (ShellListingLine, path: String)? {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { buffer in
            ShellListingLine(buffer).map { line in
                (line, String(decoding: bytes[line.pathStart...], as: UTF8.self))
            }
        }
    }

    @Test func `takes a file and a directory apart`() throws {
        let file = try #require(
            line("-rw-r--r--   1 root supergroup          6 2023-11-14 22:13 /t/a b.txt")
        )
        #expect(file.0.kind == .file && file.0.size == 6)
        #expect(file.0.modified == Instant("2023-11-14T22:13:00Z"))
        #expect(file.path == "/t/a b.txt")
        let directory = try #require(
            line("drwxrwxrwt+  - root supergroup          0 2026-11-22 21:49 /t/dir one")
        )
        #expect(directory.0.kind == .directory && directory.path == "/t/dir one")
    }

    @Test(arguments: [
        "-rw-r--r--   1 corp\\me domain users 1234567890123 2026-11-22 21:49 /x",
        "-rw-r-----   3 me domain users 2026 1 2026-11-22 21:49 /x",
    ])
    func `takes spaces in names of users and groups for what they are`(text: String) throws {
        let found = try #require(line(text))
        #expect(found.path == "/x" && found.0.size > 0)
    }

    @Test func `leaves what looks like a time in a path alone`() throws {
        let found = try #require(
            line("-rw-r--r--   1 r g 5 2026-11-22 21:49 /a 6 2001-01-01 00:00 /b")
        )
        #expect(found.path == "/a 6 2001-01-01 00:00 /b" && found.0.size == 5)
    }

    @Test(arguments: [
        "", "Found 3 items", "line of a name", "-rw-r--r--   1 r g 5 2026-13-22 21:49 /a",
        "-rw-r--r--   1 r g 5 2026-11-22 21:49 a", "?rw-r--r--   1 r g 5 2026-11-22 21:49 /a",
        "-rw-r--r--   1 r g 99999999999999999999 2026-11-22 21:49 /a",
        "-rw-r--r--   1 r g 5 2026-11-22 21:4",
        "-rw-r--r--   1 r g 5 2026-11-22 21:49 /a//b",
        "-rw-r--r--   1 r g 5 2026-11-22 21:49 /a/../b",
        "drwxr-xr-x   - r g 0 2026-11-22 21:49 /a/",
    ])
    func `takes nothing else`(text: String) {
        #expect(line(text) == nil)
    }
}
