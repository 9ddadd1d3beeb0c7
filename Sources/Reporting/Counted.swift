// SPDX-License-Identifier: Apache-2.0

/// Numbers of things for people.
public enum Counted {
    /// `1 file`, `2 files`.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - noun: What one of them is called; more of them are with an "s" behind it.
    /// - Returns: The number and the noun.
    public static func text(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
