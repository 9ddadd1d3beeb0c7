// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// Plans from a listing that was made earlier, against plans from a live one.
struct ListingCommandTests {
    private let directory: TemporaryDirectory
    private let options: [String]

    init() throws {
        directory = try TemporaryDirectory()
        options = [
            "--policy", "\(directory.path)/demo/policy.json5", "--state",
            "\(directory.path)/state",
        ]
        #expect(run(["demo", "--into", "\(directory.path)/demo"]).code == .done)
    }

    private var listing: String { "\(directory.path)/listing" }

    private func run(_ words: [String]) -> (code: ExitCode, text: String, messages: String) {
        var result: [UInt8] = []
        var messages: [String] = []
        let console = Console(result: { result += Array($0) }, message: { messages.append($0) })
        let code = JanitorMain.run(words.map { ObjectName($0) }, console: console)
        return (code, String(decoding: result, as: UTF8.self), messages.joined(separator: "\n"))
    }

    private func plan(_ more: String...) -> (code: ExitCode, text: String, messages: String) {
        run(["plan", "--at", "2100-01-01", "--json"] + options + more)
    }

    private func condemned(_ text: String) throws -> [String] {
        struct Document: Decodable {
            struct Snapshot: Decodable {
                let path: String
                let verdict: String
            }
            let snapshots: [Snapshot]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        return document.snapshots.filter { $0.verdict == "condemn" }.map(\.path)
    }

    @Test func `a plan from a whole listing is the live plan to the byte`() throws {
        #expect(run(["list", "--save-listing", listing] + options).code == .done)
        let live = plan()
        let saved = plan("--listing", listing)
        #expect(saved.code == live.code)
        #expect(saved.text == live.text)
        #expect(try !condemned(live.text).isEmpty)
    }

    @Test func `law 2: from a listing that was cut short nothing is condemned`() throws {
        #expect(run(["list", "--save-listing", listing] + options).code == .done)
        let whole = try Data(contentsOf: URL(filePath: listing))
        for length in [whole.count - 1, whole.count / 2] {
            try whole.prefix(length).write(to: URL(filePath: listing))
            let saved = plan("--listing", listing)
            #expect(saved.code == .partial)
            #expect(saved.text.contains("referencesUnknown"))
            #expect(try condemned(saved.text).isEmpty)
        }
    }

    @Test func `law 2: metadata that changed or went since protect as the unknown does`() throws {
        #expect(run(["list", "--save-listing", listing] + options).code == .done)
        let before = try condemned(plan().text)
        let metadata = try #require(before.last { $0.contains("/savepoint-") }) + "/_metadata"
        let file = String(metadata.dropFirst("file://".count))
        try FileManager.default.removeItem(atPath: file)
        let gone = plan("--listing", listing)
        #expect(gone.code == .partial)
        #expect(try condemned(gone.text).allSatisfy { before.contains($0) })
        #expect(try condemned(gone.text).count < before.count)
        try Data([1, 2, 3]).write(to: URL(filePath: file))
        let changed = plan("--listing", listing)
        #expect(changed.code == .partial)
        #expect(try condemned(changed.text).count < before.count)
    }

    @Test func `law 4: a run looks at everything again, whatever its plan was made from`() throws {
        let saved = "\(directory.path)/plan.json"
        #expect(run(["list", "--save-listing", listing] + options).code == .done)
        #expect(run(["plan", "--listing", listing, "--save", saved] + options).code == .done)
        let going = try condemned(String(contentsOfFile: saved, encoding: .utf8))
        let pinned = try #require(going.first { $0.contains("/savepoint-") })
        let path = String(pinned.dropFirst("file://".count))
        #expect(run(["pin", path]).code == .done)
        #expect(run(["run", "--approved", saved] + options).code == .done)
        for place in going {
            let isThere = FileManager.default.fileExists(
                atPath: String(place.dropFirst("file://".count))
            )
            #expect(isThere == (place == pinned), "\(place)")
        }
    }

    @Test func `a listing that is not there is no listing`() throws {
        let saved = plan("--listing", "\(directory.path)/nothing")
        #expect(saved.code == .partial)
        #expect(try condemned(saved.text).isEmpty)
    }
}
