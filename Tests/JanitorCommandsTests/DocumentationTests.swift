// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

@testable import JanitorCommands

/// The longer texts, as DocC reads them; "Tests/run docs" makes pages of them.
struct DocumentationTests {
    private static let catalogue = SharedMaterial.checkout
        .appending(path: "Sources/JanitorCommands/Documentation.docc")

    /// DocC lies beside the compiler.
    private static let docc: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in path.split(separator: ":") {
            let compiler = URL(filePath: "\(folder)/swift").resolvingSymlinksInPath()
            let docc = compiler.deletingLastPathComponent().appending(path: "docc").path
            if FileManager.default.isExecutableFile(atPath: docc) { return docc }
        }
        return nil
    }()

    private static func articles() throws -> [(name: String, text: String)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: catalogue.path).sorted()
        try #require(names.count > 4)
        return try names.map {
            ($0, try String(contentsOf: catalogue.appending(path: $0), encoding: .utf8))
        }
    }

    @Test(.enabled(if: docc != nil, "this machine does not allow it: there is no \"docc\""))
    func `DocC finds nothing to complain of`() throws {
        let directory = try TemporaryDirectory()
        let copy = "\(directory.path)/janitor.docc"
        try FileManager.default.copyItem(atPath: Self.catalogue.path, toPath: copy)
        try Data(MarkdownPage.text.utf8).write(to: URL(filePath: "\(copy)/CommandLine.md"))
        func convert() throws -> BuiltProgram.End {
            try BuiltProgram(insteadOfOurs: try #require(Self.docc)).run([
                "convert", copy, "--output-path", "\(directory.path)/pages",
                "--warnings-as-errors",
            ])
        }
        let end = try convert()
        #expect(end.code == 0, "\(end.text)")
        // A link that leads nowhere is complained of.
        try Data("# Stray\n\nSee <doc:Nowhere>.\n".utf8)
            .write(to: URL(filePath: "\(copy)/Stray.md"))
        #expect(try convert().code != 0)
    }

    @Test func `every article has a place among the topics, and lines that can be read`() throws {
        let articles = try Self.articles()
        let root = try #require(articles.first { $0.name == "janitor.md" }).text
        for article in articles where article.name != "janitor.md" {
            #expect(root.contains("<doc:\(article.name.dropLast(3))>"), "\(article.name)")
            #expect(!root.contains("\n\n\n"))
        }
    }

    @Test func `every command of the documentation is one that the demonstration tree takes`()
        throws
    {
        let directory = try TemporaryDirectory()
        let demo = "\(directory.path)/demo"
        try #require(try BuiltProgram().run(["demo", "--into", demo]).code == 0)
        var count = 0
        for article in try Self.articles() {
            for block in article.text.matches(of: /(?m)^```sh\n((?s:.*?))^```$/) {
                for line in block.1.split(separator: "\n") {
                    let words = line.split(separator: " ").map(String.init)
                    try #require(words.first == "janitor", "\(line)")
                    let end = try BuiltProgram(behind: ["env", "-C", demo]).run(
                        Array(words.dropFirst()),
                        environment: [
                            "JANITOR_POLICY": "policy.json5", "XDG_STATE_HOME": directory.path,
                        ]
                    )
                    #expect(end.code == 0, "\(line): \(end.text)")
                    count += 1
                }
            }
        }
        #expect(count >= 5)
    }
}
