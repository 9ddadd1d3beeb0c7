// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Hides secrets in what is written down about a call.
///
/// By name (`--secret-key V`, `password=V`, `Authorization: V`), by place (`scheme://user:pass@host`,
/// curl's `-u user:pass`), and by value: what a secret variable of the environment holds is hidden
/// wherever it stands. No secret should be on a command line; this is for when one is.
public struct SecretMask: Sendable {
    private static let mask = "***"
    private static let marks = [
        "secret", "password", "passwd", "token", "credential", "authorization", "cookie",
        "signature", "apikey", "api-key", "api_key", "access-key", "access_key", "accesskey",
        "private-key", "private_key",
    ]

    private let values: [String]

    /// Learns the secret values of an environment.
    public init(_ environment: CommandEnvironment) {
        values = environment.variables.compactMap { name, value in
            // Too short to be one, and to be looked for in every word.
            Self.isSecret(name.description) && value.bytes.count >= 6 ? value.description : nil
        }.sorted { $0.count > $1.count }
    }

    /// A variable's value as it may be written down.
    public func value(of name: ObjectName, _ value: ObjectName) -> String {
        Self.isSecret(name.description) ? Self.mask : text(value.description)
    }

    /// The words of a command line as they may be written down.
    public func words(_ words: [ObjectName]) -> [String] {
        var isNextSecret = false
        var isNextLogin = false
        return words.map { word in
            let plain = word.description
            defer {
                isNextSecret =
                    plain.hasPrefix("-") && !plain.contains("=") && Self.isSecret(plain)
                isNextLogin = ["-u", "--user", "-U", "--proxy-user"].contains(plain)
            }
            if isNextSecret || (isNextLogin && plain.contains(":")) { return Self.mask }
            return text(plain)
        }
    }

    /// Text of any kind as it may be written down.
    public func text(_ text: String) -> String {
        var text = text
        for value in values { text = text.replacing(value, with: Self.mask) }
        // Patterns are slow, and most words hold nothing for them.
        if text.utf8.contains(UInt8(ascii: "@")) {
            text = text.replacing(/(:\/\/)[^\/@\s]*:[^\/@\s]*@/) { "\($0.1)\(Self.mask)@" }
        }
        guard Self.holdsMark(text) else { return text }
        // A secret's name, `=` or `:`, and a value up to what ends one in a URL, a list or a header.
        let name = Self.marks.joined(separator: "|")
        let pattern = "([A-Za-z0-9_.-]*(?:\(name))[A-Za-z0-9_.-]*)(=|: ?)[^&;,\\n]+"
        guard let named = try? Regex<(Substring, Substring, Substring)>(pattern) else {
            return Self.mask
        }
        return text.replacing(named.ignoresCase()) { match in
            let name = match.output.1
            return Self.isSecret(String(name))
                ? "\(name)\(match.output.2)\(Self.mask)" : String(match.output.0)
        }
    }

    /// Tells whether a name is one of a secret; a file that holds one is none.
    private static func isSecret(_ name: String) -> Bool {
        holdsMark(name) && !name.lowercased().contains("file")
    }

    private static func holdsMark(_ text: String) -> Bool {
        let text = text.lowercased()
        return marks.contains { text.contains($0) }
    }
}
