// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

@testable import JanitorCommands

/// `janitor help json` names every key that an answer has.
struct JSONTopicTests {
    /// Keys of a document that the topic does not name, by where they stand.
    private func unnamed(_ data: Data, of command: String) throws -> [String] {
        let answer = try #require(
            JSONTopic.answers.first { $0.command.split(separator: ", ").contains(command[...]) },
            "\(command)"
        )
        let document = try JSONSerialization.jsonObject(with: data)
        var missing: Set<String> = []
        func look(_ value: Any, _ path: [String]) {
            if let list = value as? [Any] {
                for item in list { look(item, path) }
                return
            }
            guard let object = value as? [String: Any] else { return }
            func members(_ holder: String) -> [String]? {
                answer.members.first { $0.holder == holder }?.keys
            }
            let last = path.last ?? ""
            let known = members(path.suffix(2).joined(separator: ".")) ?? members(last) ?? []
            let isByKind = known.isEmpty && members("\(last).KIND") != nil
            for (key, value) in object {
                // Bytes of names that are no text stand beside them.
                let isBytes = key.hasSuffix("Bytes") && known.contains(String(key.dropLast(5)))
                if !isByKind, !isBytes, !known.contains(key) {
                    missing.insert((path + [key]).joined(separator: "."))
                }
                look(value, path + [isByKind ? "KIND" : key])
            }
        }
        look(document, [])
        return missing.sorted()
    }

    @Test func `every key of the golden documents is named`() throws {
        let folder = SharedMaterial.checkout.appending(path: "Tests/ReportingTests/Golden")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") }
        #expect(files.count >= 12)
        for file in files {
            let command = String(file.prefix { $0 != "-" && $0 != "." })
            let data = try Data(contentsOf: folder.appending(path: file))
            #expect(try unnamed(data, of: command).isEmpty, "\(file)")
        }
    }

    @Test func `every key that commands write on the demonstration tree is named`() throws {
        let directory = try TemporaryDirectory()
        let demo = "\(directory.path)/demo"
        func printed(_ words: [String]) throws -> Data {
            var result: [UInt8] = []
            let console = Console(result: { result += Array($0) }, message: { _ in })
            _ = JanitorMain.run(words.map { ObjectName($0) }, console: console)
            return Data(result)
        }
        _ = try printed(["demo", "--into", demo])
        let options = ["--policy", "\(demo)/policy.json5", "--state", "\(demo)/state"]
        let orders = "\(demo)/tree/checkpoints/orders/0de5500000000000000000000000bbbb"
        _ = try printed(["plan", "--save", "\(demo)/plan.json"] + options)
        for words in [
            ["plan"], ["plan", "--check", "\(demo)/plan.json"], ["list"], ["verify", "--all"],
            ["usage"], ["report"], ["explain", "\(orders)/chk-191"], ["explain", orders],
            ["latest", "--job", "orders"], ["dismiss", "--list"], ["run"], ["runs"], ["trash"],
        ] {
            let data = try printed(words + options + ["--json"])
            let command = words.contains("--check") ? "plan --check" : words[0]
            #expect(try unnamed(data, of: command).isEmpty, "\(words)")
        }
        let inspected = try printed(["inspect", "\(orders)/chk-191", "--json"])
        #expect(try unnamed(inspected, of: "inspect").isEmpty)
        #expect(String(decoding: inspected, as: UTF8.self).contains("\"format\": 1,"))
        let runs = try JSONSerialization.jsonObject(with: printed(["runs", "--json"] + options))
        let all = try #require((runs as? [String: Any])?["runs"] as? [[String: Any]])
        let run = try #require(all.first?["run"] as? String)
        let undone = try printed(["undo", run, "--json"] + options)
        #expect(try unnamed(undone, of: "undo").isEmpty)
        let emptied = try printed(["trash", "empty", "--json"] + options)
        #expect(try unnamed(emptied, of: "trash empty").isEmpty)
    }

    @Test func `every command that answers in JSON is in the table, once`() {
        let named = JSONTopic.answers.flatMap { $0.command.split(separator: ", ") }
        let commands = Set(named.map { String($0.prefix { $0 != " " }) })
        let answering = CommandTable.all.filter { $0.allOptions.contains(.json) }.map(\.name)
        #expect(commands == Set(answering))
        #expect(Set(named).count == named.count)
    }
}
