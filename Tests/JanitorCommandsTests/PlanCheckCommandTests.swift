// SPDX-License-Identifier: Apache-2.0

import DemoTree
import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// Saved plans that say what is not so: the check itself refuses them, not their checksum.
struct PlanCheckCommandTests {
    private let directory: TemporaryDirectory
    private let options: [String]

    init() throws {
        directory = try TemporaryDirectory()
        options = [
            "--policy", "\(directory.path)/demo/policy.json5", "--state",
            "\(directory.path)/state",
        ]
        #expect(run(["demo", "--into", "\(directory.path)/demo"]).code == .done)
        #expect(run(["plan", "--save", file] + options).code == .done)
    }

    /// A snapshot that others need.
    private static let needed = "0de5500000000000000000000000aaaa/chk-180"
    /// A snapshot that stays, with files of its own and shared ones.
    private static let kept = "5a1e5a0000000000000000000000bbbb/chk-9003"

    private var file: String { "\(directory.path)/plan.json" }

    private func run(_ words: [String]) -> (code: ExitCode, text: String) {
        var result: [UInt8] = []
        let console = Console(result: { result += Array($0) }, message: { _ in })
        let code = JanitorMain.run(words.map { ObjectName($0) }, console: console)
        return (code, String(decoding: result, as: UTF8.self))
    }

    private func check(_ more: String...) -> (code: ExitCode, text: String) {
        run(["plan", "--check", file] + options + more)
    }

    /// The plan in pieces: one for each snapshot or object, one for each line between them.
    private func pieces() throws -> [String] {
        var pieces: [String] = []
        var isInside = false
        for line in try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
        {
            if isInside { pieces[pieces.count - 1] += "\n" + line } else { pieces.append(line) }
            if line == "    {" { isInside = true }
            if line.hasPrefix("    }") { isInside = false }
        }
        return pieces
    }

    /// Writes the plan in other pieces, and with the checksum that belongs to them.
    private func write(_ pieces: [String]) throws {
        let text = pieces.joined(separator: "\n")
        let opening = try #require(text.range(of: "\"checksum\": \"", options: .backwards))
        let head = String(text[..<opening.lowerBound])
        let checksum = Checksum128(of: head).description
        try Data("\(head)\"checksum\": \"\(checksum)\"\n}\n".utf8).write(to: URL(filePath: file))
    }

    /// The piece of a snapshot at the end of a path.
    private func isSnapshot(_ piece: String, _ path: String) -> Bool {
        piece.contains("\(path)\",\n      \"job\"")
    }

    private func piece(_ path: String) throws -> String {
        try #require(try pieces().first { isSnapshot($0, path) })
    }

    /// Changes the piece of one snapshot.
    private func edit(_ path: String, _ change: (String) -> String) throws {
        var pieces = try pieces()
        let index = try #require(pieces.firstIndex { isSnapshot($0, path) })
        let changed = change(pieces[index])
        try #require(changed != pieces[index])
        pieces[index] = changed
        try write(pieces)
    }

    /// Changes a number in the sums.
    private func add(_ step: Int, to key: String) throws {
        var pieces = try pieces()
        let start = try #require(pieces.lastIndex(of: "  \"totals\": {"))
        var index = try #require(
            pieces[start...].firstIndex { $0.hasPrefix("    \"\(key)\": ") }
        )
        // A total of its own stands on the line below.
        if pieces[index].hasSuffix("{") { index += 1 }
        let number = try #require(pieces[index].firstMatch(of: /\d+/))
        let count = try #require(Int(number.0))
        pieces[index] = pieces[index].replacing(
            number.0,
            with: "\(count + step)",
            maxReplacements: 1
        )
        try write(pieces)
    }

    /// Condemns a snapshot that the plan keeps.
    private func condemn(_ path: String) throws {
        try edit(path) { $0.replacing("\"verdict\": \"keep\"", with: "\"verdict\": \"condemn\"") }
        try add(-1, to: "keep")
        try add(1, to: "condemn")
    }

    /// Where a snapshot lies on disk.
    private func path(_ piece: String) throws -> String {
        String(try #require(piece.firstMatch(of: /"path": "file:\/\/([^"]*)"/)).1)
    }

    /// A file of state in a snapshot's directory.
    private func file(in directory: String) throws -> String {
        let files = try FileManager.default.contentsOfDirectory(atPath: directory)
        return "\(directory)/\(try #require(files.first { !$0.hasPrefix("_") }))"
    }

    private func expectRefusal(_ rule: String, _ words: String) {
        let json = check("--json")
        #expect(json.code == .failed)
        #expect(json.text.contains("\"verdict\": \"refused\""))
        #expect(json.text.contains("\"rule\": \"\(rule)\""), "\(json.text)")
        let text = check()
        #expect(text.code == .failed)
        #expect(text.text.contains(words), "\(text.text)")
    }

    @Test func `a plan as it was made holds`() throws {
        let (code, text) = check()
        #expect(code == .done)
        #expect(text.contains("it holds"))
        let json = check("--json")
        #expect(json.code == .done)
        #expect(json.text.contains("\"problems\": []"))
        #expect(!json.text.contains("\"condemned\": 0"))
    }

    @Test func `a damaged plan is refused before anything in it is checked`() throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let other = text.replacing("\"verdict\": \"keep\"", with: "\"verdict\": \"leave\"")
        try Data(other.utf8).write(to: URL(filePath: file))
        let (code, printed) = check()
        #expect(code == .failed)
        #expect(printed.isEmpty)
    }

    @Test func `a needed snapshot among the deletions is refused`() throws {
        try condemn(Self.needed)
        expectRefusal("needs", "stays and needs")
    }

    @Test func `a needed file among the deletions is refused`() throws {
        let top = try path(piece(Self.kept)).components(separatedBy: "/").dropLast(1)
        let shared = (top + ["shared"]).joined(separator: "/")
        let root = top.dropLast(1).joined(separator: "/")
        let metadata = try Data(
            contentsOf: URL(filePath: "\(path(piece(Self.kept)))/_metadata")
        )
        // The oldest of the attempt's files, which all of its checkpoints reference.
        let names = try FileManager.default.contentsOfDirectory(atPath: shared).sorted()
        let name = try #require(names.first { metadata.range(of: Data($0.utf8)) != nil })
        let object = """
                {
                  "path": "file://\(shared)/\(name)",
                  "kind": "shared",
                  "bytes": 80000,
                  "verdict": "condemn",
                  "reasons": [{"rule": "unreferenced", "text": "nothing references it"}],
                  "root": "file://\(root)",
                  "time": "2026-01-01T00:00:00Z",
                  "trash": true
                }
            """
        var pieces = try pieces()
        if let empty = pieces.firstIndex(of: "  \"objects\": [],") {
            pieces.replaceSubrange(empty...empty, with: ["  \"objects\": [", object, "  ],"])
        } else {
            let start = try #require(pieces.firstIndex(of: "  \"objects\": ["))
            pieces.insert(object + ",", at: start + 1)
        }
        try write(pieces)
        expectRefusal("needs", "stays and needs")
    }

    @Test func `a count that was changed is refused`() throws {
        let original = try pieces()
        let counts = try #require(
            try piece(Self.kept).firstMatch(of: /"checked": (\d+), "found": (\d+)/)
        )
        let number = try #require(Int(counts.1))
        for (checked, found, rule) in [
            (number - 1, number, "checked"), (number, number - 1, "found"),
            // A reference left out, and the counts of what is left.
            (number - 1, number - 1, "checked"),
            (number + 1, number + 1, "checked"),
        ] {
            try write(original)
            try edit(Self.kept) {
                $0.replacing(counts.0, with: "\"checked\": \(checked), \"found\": \(found)")
            }
            expectRefusal(rule, "it says that")
        }
    }

    @Test func `sums that do not agree with what is listed are refused`() throws {
        try add(1, to: "keep")
        expectRefusal("totals", "its sums do not agree")
    }

    @Test func `an entry that was taken out without its sums is refused`() throws {
        let own = try piece(Self.kept)
        try write(pieces().filter { $0 != own })
        expectRefusal("totals", "its sums do not agree")
    }

    @Test func `a kept snapshot left out of the plan protects all the same`() throws {
        try condemn(Self.needed)
        for name in ["chk-190", "chk-191"] {
            let own = try piece("0de5500000000000000000000000bbbb/\(name)")
            try write(pieces().filter { $0 != own })
            try add(-1, to: "snapshots")
            try add(-1, to: "keep")
        }
        expectRefusal("needs", "stays and needs")
    }

    @Test func `a broken snapshot that is called closed is refused`() throws {
        let broken = "savepoint-0de550-000000000300"
        let isCondemned = try piece(broken).contains("\"verdict\": \"condemn\"")
        try edit(broken) {
            $0.replacing("\"closed\": false", with: "\"closed\": true")
                .replacing("\"verdict\": \"condemn\"", with: "\"verdict\": \"keep\"")
        }
        if isCondemned {
            try add(-1, to: "condemn")
            try add(1, to: "keep")
        }
        expectRefusal("notClosed", "closed, and")
    }

    @Test func `a missing file that the plan does not tell of is refused`() throws {
        let broken = "savepoint-0de550-000000000300"
        let isCondemned = try piece(broken).contains("\"verdict\": \"condemn\"")
        try edit(broken) {
            $0.replacing(/"missing": \[[^\]]*\]/, with: "\"missing\": []")
                .replacing("\"verdict\": \"condemn\"", with: "\"verdict\": \"keep\"")
        }
        if isCondemned {
            try add(-1, to: "condemn")
            try add(1, to: "keep")
        }
        expectRefusal("missing", "what it says is missing")
    }

    @Test func `a file that went since is noticed`() throws {
        try FileManager.default.removeItem(atPath: file(in: path(piece(Self.kept))))
        expectRefusal("notClosed", "closed, and")
    }

    @Test func `metadata that cannot be read any more are noticed`() throws {
        let path = try path(piece(Self.kept))
        try Data([1]).write(to: URL(filePath: "\(path)/_metadata"))
        expectRefusal("complete", "complete: its metadata cannot be read")
        try FileManager.default.removeItem(atPath: "\(path)/_metadata")
        expectRefusal("gone", "which is not there")
    }

    @Test func `a snapshot that came later protects what it needs`() throws {
        let going = try #require(
            try pieces().first {
                $0.contains("\"verdict\": \"condemn\"") && $0.contains("savepoint-5a1e5a-")
            }
        )
        let needed = try file(in: path(going))
        let metadata = SampleMetadata.checkpoint(
            id: 9,
            shared: [SampleMetadata.File("file:\(needed)", 120_000)],
            own: []
        )
        var writer = TreeWriter(top: "\(directory.path)/demo/tree/checkpoints/sales_pipeline")
        try writer.write("later/chk-9/_metadata", metadata, at: Instant(Date()))
        expectRefusal("needs", "stays and needs")
    }

    @Test func `law 2: where something is not read nothing is proved`() throws {
        try directory.link("demo/tree/checkpoints/sales_pipeline/link", to: "/")
        let (code, text) = check()
        #expect(code == .partial)
        #expect(text.contains("it cannot be known"))
    }
}
