// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the JSON5 that is accepted here, and where.
public struct JSON5Error: Error, Hashable, Sendable {
    /// Where reading stopped.
    public let position: TextPosition
    /// What was wrong there.
    public let reason: Reason

    /// What can be wrong with a text.
    public enum Reason: Hashable, Sendable {
        /// A byte that no UTF-8 text has at this place.
        case notUTF8
        /// More bytes than a policy can have.
        case tooLong(limit: Int)
        /// Lists and objects inside one another beyond the limit.
        case tooDeep(limit: Int)
        /// The text ends where something else was due.
        case end(expected: String)
        /// A character where something else was due.
        case unexpected(String, expected: String)
        /// Text that begins a value but is none: `Europe`, `30d`.
        case bareText(String)
        /// A number that JSON5 does not have: `01`, `0x`, `1e`.
        case number(String)
        /// A backslash that begins no escape of JSON5.
        case escape(String)
        /// Half of a pair of surrogates.
        case loneSurrogate(String)
        /// A line that ends inside quotes.
        case lineBreakInText
        /// Quotes without an end, begun here.
        case unclosedText
        /// A comment without an end, begun here.
        case unclosedComment
        /// A key that its object has already.
        case repeatedKey(String, first: TextPosition)
    }

    /// Makes an error of its parts.
    public init(position: TextPosition, reason: Reason) {
        self.position = position
        self.reason = reason
    }
}

// MARK: - ProblemWording

extension JSON5Error.Reason: ProblemWording {
    var message: String {
        switch self {
        case .notUTF8: "cannot read the policy: this byte is not UTF-8"
        case .tooLong(let limit): "cannot read the policy: it is longer than \(limit) bytes"
        case .tooDeep(let limit):
            "cannot read the policy: more than \(limit) lists and objects inside one another"
        case .end(let expected): "cannot read the policy: it ends where \(expected) is due"
        case .unexpected(let found, let expected):
            "cannot read \(found.quoted): \(expected) is due"
        case .bareText(let text): "cannot read \(text.quoted): it is not a value"
        case .number(let text): "cannot read \(text.quoted): it is not a number of JSON5"
        case .escape(let text): "cannot read \(text.quoted): it is not an escape of JSON5"
        case .loneSurrogate(let text):
            "cannot read \(text.quoted): it is half of a pair of surrogates"
        case .lineBreakInText: "cannot read the text: its line ends before its quotes do"
        case .unclosedText: "cannot read the text: its quotes are never closed"
        case .unclosedComment: "cannot read the comment: it is never closed"
        case .repeatedKey(let key, let first):
            "cannot use key \(key.quoted) twice: it stands at \(first.line):\(first.column) already"
        }
    }

    var hint: String {
        switch self {
        case .notUTF8: "save the file as UTF-8"
        case .tooLong: "check that this is the policy and not another file"
        case .tooDeep: "check that this is the policy and not another file"
        case .end(expected: "a value"): "write { jobs: [ … ] }"
        case .end: "check that every bracket and brace is closed"
        case .unexpected: "check the commas, brackets and quotes before it"
        case .bareText(let text): "write text and durations in quotes, as in \(text.quoted)"
        case .number: "write a plain number such as 3 or 0.5"
        case .escape: "write \\\\ for a backslash"
        case .loneSurrogate: "write both halves, or the character itself"
        case .lineBreakInText: "close the quotes, or write \\n for a line break"
        case .unclosedText: "close the quotes"
        case .unclosedComment: "write */ at its end"
        case .repeatedKey: "leave only one of the two"
        }
    }
}
