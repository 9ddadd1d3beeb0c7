// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// What the program says when something is wrong, taken from the sources and looked at as one set.
struct MessageTests {
    /// One message, and where it stands.
    private struct Message: Sendable {
        let file: String
        let line: Int
        let before: String
        /// What is wrong.
        let said: String
        /// What to do next; nil where it does not say.
        let hint: String?

        var place: String { "\(file):\(line)" }
    }

    /// What a message may begin with in upper case.
    private static let names = ["Flink", "UTF-8", "JSON", "HDFS", "S3", "Hadoop"]
    /// What people and machines call by a name, which stands in quotation marks.
    private static let named = [
        "command", "file", "folder", "host", "job", "key", "label", "name", "option", "path",
        "place", "plan", "policy", "root", "run", "savepoint", "snapshot",
    ]

    /// All messages: what is called one, and whatever the files of error types say.
    private static let messages = Result { try collect() }

    private static func collect() throws -> [Message] {
        let sources = SharedMaterial.checkout.appending(path: "Sources")
        let walk = FileManager.default.enumerator(atPath: sources.path)
        var messages: [Message] = []
        while let file = walk?.nextObject() as? String {
            guard file.hasSuffix(".swift") else { continue }
            let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            let isOfError = text.contains(/(?m)^(public |package )?(struct|enum) \w+: Error\b/)
            for found in SourceTexts(text).texts {
                guard found.text.contains(" ") else { continue }
                let isCalled = found.before.contains(
                    /\b((message|hint|detail|why|description):|(let message|failure) =) ?$/
                )
                let isCase = found.before.contains(/(\bcase \.[^"]*:|\bdefault:|\breturn|=|\?) ?$/)
                let isSentence = found.text.contains(/[a-z]{3}/)
                guard isCalled || isOfError && isSentence && isCase else { continue }
                let parts = found.text.split(separator: #/\n *hint: /#, maxSplits: 1)
                let isHint = found.before.contains(/\bhint: ?$/)
                messages.append(
                    Message(
                        file: file,
                        line: found.line,
                        before: found.before,
                        said: isHint ? "" : parts.first.map(String.init) ?? "",
                        hint: isHint ? found.text : parts.dropFirst().first.map(String.init)
                    )
                )
            }
        }
        return messages
    }

    @Test func `messages begin in lower case and end without a full stop`() throws {
        let messages = try Self.messages.get()
        #expect(messages.count > 250)
        for message in messages {
            for text in [message.said, message.hint ?? ""] where !text.isEmpty {
                let isName = Self.names.contains { text.hasPrefix($0) }
                #expect(isName || text.first?.isUppercase == false, "\(message.place): \(text)")
                #expect(!text.hasSuffix(".") && !text.hasSuffix("!"), "\(message.place): \(text)")
            }
        }
    }

    @Test func `names stand in quotation marks of one kind`() throws {
        let bare = try Regex("\\b(\(Self.named.joined(separator: "|"))) \(SourceTexts.value)")
        for message in try Self.messages.get() {
            for part in [message.said, message.hint ?? ""] {
                // What can be pasted into a shell is written as one needs it there.
                let text = part.replacing(/janitor [a-z].*/, with: "")
                #expect(!text.contains(/[`“”‘’]/), "\(message.place): \(text)")
                #expect(!text.contains(bare), "\(message.place): \(text)")
                let isBare = text.contains("cannot \(SourceTexts.value) \(SourceTexts.value)")
                #expect(!isBare, "\(message.place): \(text)")
            }
        }
    }

    @Test func `whatever ends a command says what to do next`() throws {
        let ending = try Self.messages.get().filter {
            $0.before.contains(/Failure ?\(.*message: ?$|let message = ?$/)
        }
        #expect(ending.count > 30)
        for message in ending {
            // What is handed on as it is has its own.
            let isHandedOn = message.said == SourceTexts.value
            #expect(isHandedOn || message.hint != nil, "\(message.place): \(message.said)")
        }
    }
}
