// SPDX-License-Identifier: Apache-2.0

/// `janitor help json`: the keys of what every command prints with `--json`, from one table.
enum JSONTopic {
    /// What a command answers.
    struct Answer {
        /// The keys of one sort of object in it.
        struct Members {
            /// The key that such an object, or an array of them, stands under; empty for the answer.
            ///
            /// Of two that are called the same, one has the key above in front. `X.KIND` is what stands
            /// under `X` for each kind of file.
            let holder: String
            /// Its keys, in the order in which they are written.
            let keys: [String]
        }

        /// The command, with what makes its answer another one.
        let command: String
        let members: [Members]

        /// Makes an answer of its holders and their keys, with spaces between them.
        init(_ command: String, _ members: KeyValuePairs<String, String>) {
            self.command = command
            self.members = members.map { holder, keys in
                Members(holder: holder, keys: keys.split(separator: " ").map(String.init))
            }
        }
    }

    /// The whole text, no line longer than a manual's.
    static var text: String {
        let tables = answers.map { answer in
            answer.members.flatMap { lines(of: $0, in: answer) }.joined(separator: "\n")
        }
        return ([introduction] + tables).joined(separator: "\n\n")
    }

    private static func lines(of members: Answer.Members, in answer: Answer) -> [String] {
        let title = members.holder.isEmpty ? "  \(answer.command)" : "    \(members.holder)"
        var lines: [String] = []
        var line = title.padding(toWidth: 20)
        for word in members.keys {
            if line.count + 1 + word.count > 98 {
                lines.append(line)
                line = "".padding(toWidth: 20)
            }
            line += " \(word)"
        }
        return lines + [line]
    }

    private static let introduction = """
        With --json an answer is one object on standard output, with "format": 1; a reader
        refuses a format number that it does not know. More keys may come; these mean what they mean.

        Places are URLs as file:///a b/ü: scheme, "//", authority, path, not percent-encoded. A name
        that is not UTF-8 is shown with \\xHH, and its bytes stand in base64 under the same key with
        Bytes behind it: pathBytes, labelsBytes, missingBytes. Times are UTC, as
        2026-11-22T02:00:00.123Z. Bytes and lengths are numbers, durations texts as policies have them.
        null is what is not known or does not apply: "closed" where a reference leads to an unknown
        place, "undo" of a root where nothing can be brought back, or nobody knows.

        Below a command stand the keys of its answer, and behind each key that holds objects, or a list
        of them, the keys of those. Some are there only where they apply.
        """
}

extension String {
    fileprivate func padding(toWidth width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
