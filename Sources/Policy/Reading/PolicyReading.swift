// SPDX-License-Identifier: Apache-2.0

/// Where something stands in the file and in the policy.
struct Place: Hashable {
    let position: TextPosition
    let path: String
}

/// A value of the policy with its key and its place.
struct Field {
    /// The key it stands under; empty in a list and for the whole policy.
    let key: String
    /// Key path from the top.
    let path: String
    let node: JSON5Node
    /// Where the key stands; nil where there is none.
    var keyPosition: TextPosition?

    var value: JSON5Value { node.value }
    var place: Place { Place(position: node.position, path: path) }

    /// The place of the key, for what is wrong with the key itself.
    var keyPlace: Place { Place(position: keyPosition ?? node.position, path: path) }

    /// `key: example`, or the example alone where there is no key.
    func example(_ text: String) -> String {
        key.isEmpty ? text : "\(key.asKey): \(text)"
    }

    func member(_ member: JSON5Member) -> Field {
        Field(
            key: member.key,
            path: Self.join(path, member.key),
            node: member.value,
            keyPosition: member.keyPosition
        )
    }

    /// Whether this is an object with a key that is none of these.
    func hasKey(beside known: [String]) -> Bool {
        guard case .object(let members) = value else { return false }
        return members.contains { !known.contains($0.key) }
    }

    /// The key path of the key that stands at a position; nil where none does.
    func path(ofKeyAt position: TextPosition) -> String? {
        let inside: [Field]
        switch value {
        case .object(let members): inside = members.map { member($0) }
        case .array(let nodes): inside = items(nodes)
        default: return nil
        }
        if let field = inside.first(where: { $0.keyPosition == position }) { return field.path }
        return inside.lazy.compactMap { $0.path(ofKeyAt: position) }.first
    }

    func items(_ nodes: [JSON5Node]) -> [Field] {
        nodes.enumerated().map { index, node in
            Field(key: "", path: "\(path)[\(index)]", node: node)
        }
    }

    static func join(_ path: String, _ key: String) -> String {
        let bare = key.asKey
        if bare != key { return "\(path)[\(bare)]" }
        return path.isEmpty ? key : "\(path).\(key)"
    }
}

/// Reads the values of a policy and collects what is wrong with them.
struct PolicyReading {
    let source: String
    private(set) var problems: Set<PolicyProblem> = []

    init(source: String) {
        self.source = source
    }

    mutating func report(_ reason: PolicyProblem.Reason, at place: Place) {
        problems.insert(
            PolicyProblem(
                source: source,
                position: place.position,
                keyPath: place.path,
                reason: reason
            )
        )
    }

    /// The members of an object; of a key that stands twice, the first.
    ///
    /// - Returns: Nil where the value is no object, which has been reported then.
    mutating func entries(_ field: Field, due: String, example: String) -> [Field]? {
        guard case .object(let members) = field.value else {
            wrongType(field, due: due, example: example)
            return nil
        }
        var seen: Set<[UInt8]> = []
        return members.filter { seen.insert(Array($0.key.utf8)).inserted }
            .map { field.member($0) }
    }

    /// The members of an object of which all keys are known; others are reported.
    mutating func members(_ field: Field, known: [String], example: String) -> [String: Field]? {
        guard case .object(let members) = field.value else {
            wrongType(field, due: "an object", example: example)
            return nil
        }
        var found: [String: Field] = [:]
        for member in members {
            if known.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
                if found[member.key] == nil {
                    found[member.key] = field.member(member)
                }
            } else {
                let nearest = NearestName.of(member.key, among: known)
                let reason = ShapeProblem.unknownKey(member.key, nearest: nearest, known: known)
                report(.shape(reason), at: field.member(member).keyPlace)
            }
        }
        return found
    }

    mutating func items(_ field: Field, example: String) -> [Field]? {
        guard case .array(let nodes) = field.value else {
            wrongType(field, due: "a list", example: example)
            return nil
        }
        return field.items(nodes)
    }

    mutating func text(_ field: Field, example: String) -> String? {
        if case .string(let text) = field.value { return text }
        wrongType(field, due: "text", example: example)
        return nil
    }

    mutating func bool(_ field: Field) -> Bool? {
        if case .bool(let value) = field.value { return value }
        wrongType(field, due: "true or false", example: "true")
        return nil
    }

    /// The most that a count may say; far above any store, far below an overflow.
    static let largestCount = 1_000_000_000

    mutating func count(_ field: Field, least: Int, example: String) -> Int? {
        guard case .number(let number) = field.value, number.value.isFinite else {
            wrongType(field, due: "a whole number", example: example)
            return nil
        }
        let example = field.example(example)
        let reason: ShapeProblem
        if number.value > Double(Self.largestCount) {
            reason = .tooLarge(number.text, most: Self.largestCount, example: example)
        } else if number.value.rounded() != number.value {
            reason = .notWhole(number.text, example: example)
        } else if let whole = number.whole, whole >= least {
            return whole
        } else {
            reason = .tooSmall(number.text, least: least, example: example)
        }
        report(.shape(reason), at: field.place)
        return nil
    }

    mutating func duration(
        _ field: Field,
        due: String = "a duration",
        example: String
    ) -> RetentionDuration? {
        var text = ""
        switch field.value {
        case .string(let written): text = written
        case .number(let number) where number.value.isFinite: text = number.text
        default:
            wrongType(field, due: due, example: "\"\(example)\"")
            return nil
        }
        do throws(DurationProblem) {
            return try RetentionDuration(parsing: text)
        } catch {
            report(.duration(error), at: field.place)
            return nil
        }
    }

    mutating func wrongType(_ field: Field, due: String, example: String) {
        let reason = ShapeProblem.wrongType(
            found: Self.name(field.value),
            due: due,
            example: field.example(example)
        )
        report(.shape(reason), at: field.place)
    }

    private static func name(_ value: JSON5Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let number): "number \(number.text)"
        case .string(let text): "text \(text.quoted)"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
