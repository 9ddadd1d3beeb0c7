// SPDX-License-Identifier: Apache-2.0

internal import Reporting
internal import SnapshotModel

/// A command line that is wrong: what is wrong, and what to write.
struct UsageError: Error, CustomStringConvertible {
    let message: String
    let hint: String

    var description: String { "\(message)\n  hint: \(hint)" }
}

/// What a command was given.
struct ParsedArguments {
    /// Arguments that are no options, as bytes.
    var arguments: [ObjectName] = []
    private(set) var values: [OptionName: ObjectName] = [:]

    /// Tells whether an option was given.
    func has(_ option: OptionName) -> Bool { values[option] != nil }

    /// An option's value as bytes.
    subscript(option: OptionName) -> ObjectName? { values[option] }

    mutating func set(_ option: OptionName, _ value: ObjectName) throws(UsageError) {
        guard values.updateValue(value, forKey: option) == nil else {
            throw UsageError(
                message: "the option \"--\(option.rawValue)\" is given twice",
                hint: "give it once"
            )
        }
    }
}

/// Reads a command line by the one table.
enum ArgumentParser {
    /// Reads what follows a command's name.
    static func parse(
        _ words: [ObjectName],
        for command: CommandSpec
    ) throws(UsageError) -> ParsedArguments {
        var parsed = ParsedArguments()
        var rest = words[...]
        var optionsAreOver = false
        while let word = rest.popFirst() {
            if optionsAreOver || word.bytes.first != UInt8(ascii: "-") || word.bytes.count == 1 {
                parsed.arguments.append(word)
            } else if word == "--" {
                optionsAreOver = true
            } else {
                try takeOption(word, from: &rest, into: &parsed, command)
            }
        }
        if parsed.has(.help) { return parsed }
        guard command.argumentCount.contains(parsed.arguments.count) else {
            throw UsageError(
                message: "\"janitor \(command.name)\" cannot work with "
                    + Counted.text(parsed.arguments.count, "argument"),
                hint: "write: \(HelpText.usageLine(of: command))"
            )
        }
        return parsed
    }

    private static func takeOption(
        _ word: ObjectName,
        from rest: inout ArraySlice<ObjectName>,
        into parsed: inout ParsedArguments,
        _ command: CommandSpec
    ) throws(UsageError) {
        let text = word == "-h" ? "--help" : word.description
        let equals = word.bytes.firstIndex(of: UInt8(ascii: "="))
        let written = equals == nil ? text : ObjectName(word.bytes[..<(equals ?? 0)]).description
        let name = String(written.dropFirst(2))
        guard written.hasPrefix("--"), let option = OptionName(rawValue: name),
            command.allOptions.contains(option)
        else { throw unknown(written, command) }
        guard let placeholder = option.placeholder else {
            guard equals == nil else {
                throw UsageError(
                    message: "the option \"\(written)\" takes no value",
                    hint: "write: \(written)"
                )
            }
            try parsed.set(option, "")
            return
        }
        let value = equals.map { ObjectName(word.bytes[($0 + 1)...]) } ?? rest.popFirst()
        guard let value else {
            throw UsageError(
                message: "the option \"\(written)\" has no value",
                hint: "write: \(written) \(placeholder)"
            )
        }
        // An empty variable of somebody's script never means the working directory, or everything.
        guard !value.bytes.isEmpty else {
            throw UsageError(
                message: "the option \"\(written)\" has an empty value",
                hint: "write: \(written) \(placeholder), or leave the option out"
            )
        }
        try parsed.set(option, value)
    }

    private static func unknown(_ written: String, _ command: CommandSpec) -> UsageError {
        let known = command.allOptions.map { "--\($0.rawValue)" }
        let nearest = NearestWord.nearest(to: written, among: known)
        return UsageError(
            message: "\"janitor \(command.name)\" has no option \"\(written)\"",
            hint: nearest.map { "did you mean \"\($0)\"?" }
                ?? "see: janitor \(command.name) --help"
        )
    }
}

/// Finds what somebody may have meant.
enum NearestWord {
    /// The word that differs least, where that is little enough to be a slip.
    static func nearest(to word: String, among words: [String]) -> String? {
        let rated = words.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
        guard let best = rated.min(by: { $0.1 < $1.1 }), best.1 <= max(2, word.utf8.count / 3)
        else { return nil }
        return best.0
    }

    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, against) in other.enumerated() {
                let above = row[column + 1]
                let step = diagonal + (byte == against ? 0 : 1)
                row[column + 1] = min(step, above + 1, row[column] + 1)
                diagonal = above
            }
        }
        return row[other.count]
    }
}
