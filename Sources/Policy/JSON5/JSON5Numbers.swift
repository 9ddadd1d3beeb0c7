// SPDX-License-Identifier: Apache-2.0

/// Numbers: decimal, hexadecimal, `Infinity` and `NaN`, each with a sign or without.
extension JSON5Reader {
    mutating func readNumber() throws(JSON5Error) -> JSON5Number {
        let start = position
        let text = takeBareText()
        var digits = text.unicodeScalars[...]
        var sign = 1.0
        if let first = digits.first, first == "+" || first == "-" {
            sign = first == "-" ? -1 : 1
            digits = digits.dropFirst()
        }
        let value: Double? =
            switch String(digits) {
            case "Infinity": .infinity
            case "NaN": .nan
            default: Self.hexadecimal(digits) ?? Self.decimal(digits)
            }
        if let value { return JSON5Number(text: text, value: sign * value) }
        // `30d` and `1y` are durations without their quotes more often than broken numbers.
        let beginsWithDigit = digits.first.map { ("1"..."9").contains($0) } ?? false
        let isDuration = beginsWithDigit && digits.last.map { Self.startsIdentifier($0) } ?? false
        throw error(isDuration ? .bareText(text) : .number(text), at: start)
    }

    private static func hexadecimal(_ digits: Substring.UnicodeScalarView) -> Double? {
        guard digits.first == "0", let mark = digits.dropFirst().first, mark == "x" || mark == "X",
            digits.count > 2, digits.dropFirst(2).allSatisfy({ hexDigit($0) != nil })
        else { return nil }
        return Double("0x" + String(digits.dropFirst(2)))
    }

    /// Checks the grammar and leaves the value to the standard library.
    private static func decimal(_ digits: Substring.UnicodeScalarView) -> Double? {
        var rest = digits
        let whole = takeDigits(&rest)
        var fraction = rest.prefix(0)
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = takeDigits(&rest)
        }
        guard whole.count + fraction.count > 0, whole.count < 2 || whole.first != "0" else {
            return nil
        }
        let exponent = rest
        if let mark = rest.first, mark == "e" || mark == "E" {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == "+" || sign == "-" { rest = rest.dropFirst() }
            guard !takeDigits(&rest).isEmpty else { return nil }
        }
        guard rest.isEmpty else { return nil }
        // The standard library asks for a digit on both sides of the point.
        return Double("0\(String(whole)).\(String(fraction))0\(String(exponent))")
    }

    private static func takeDigits(
        _ rest: inout Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest[digits.endIndex...]
        return digits
    }
}
