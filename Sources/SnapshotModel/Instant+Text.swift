// SPDX-License-Identifier: Apache-2.0

// Not by Foundation's ISO8601FormatStyle: it writes 02:00:00.123 as .122, and reads 30 February,
// 25:61 o'clock and any text behind the zone.

// MARK: - CustomStringConvertible

extension Instant: CustomStringConvertible {
    /// UTC to the millisecond, as plans and journals write it: `2026-11-22T02:00:00.123Z`.
    ///
    /// The fraction is left out where it is zero; what is below a millisecond is cut off.
    public var description: String {
        let day = CivilDay(ofLocalSecond: Int(seconds))
        let date = day.date
        let second = Int(seconds) - day.number * 86_400
        let fraction = Int(milliseconds - seconds * 1000)
        let text =
            "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        return fraction == 0 ? "\(text)Z" : "\(text).\(padded(fraction, 3))Z"
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

// MARK: - Reading

extension Instant {
    /// Reads what `description` writes, with or without a fraction, with any UTC offset.
    ///
    /// Nil where the text is anything else, or names a date or time that does not exist; a leap
    /// second does not. Years outside 1677 to 2262 are held at the nearer end.
    ///
    /// - Parameter text: ISO 8601 with a date, a time to the second or with up to nine digits of
    ///   a fraction, and `Z` or an offset such as `+01:00`.
    public init?(_ text: String) {
        self.init(ascii: Array(text.utf8))
    }

    /// Reads the bytes of such a text.
    ///
    /// - Parameter ascii: As `init(_:)` has it.
    public init?(ascii: [UInt8]) {
        var reader = InstantReader(rest: ascii[...])
        guard let instant = reader.instant(), reader.rest.isEmpty else { return nil }
        self = instant
    }
}

/// Takes the parts of a time off the front of a text.
private struct InstantReader {
    var rest: ArraySlice<UInt8>

    mutating func instant() -> Instant? {
        guard let year = number(4), take("-"), let month = number(2), take("-"),
            let dayOfMonth = number(2), take("T"), let hour = number(2), take(":"),
            let minute = number(2), take(":"), let second = number(2),
            let nanoseconds = fraction(), let offset = offset()
        else { return nil }
        guard (1...12).contains(month), hour < 24, minute < 60, second < 60 else { return nil }
        let day = CivilDay(year: year, month: month, day: dayOfMonth)
        // A day that the month does not have comes back as one of another month.
        guard day.date == (year, month, dayOfMonth) else { return nil }
        let time = day.number * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Instant(seconds: Int64(time), nanoseconds: Int64(nanoseconds))
    }

    /// Nanoseconds; 0 where there is no fraction, nil where it is not one.
    private mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        let digits = rest.prefix { isDigit($0) }
        guard (1...9).contains(digits.count) else { return nil }
        var nanoseconds = 0
        for place in 0..<9 {
            let digit = place < digits.count ? digits[digits.startIndex + place] : UInt8(ascii: "0")
            nanoseconds = nanoseconds * 10 + Int(digit - UInt8(ascii: "0"))
        }
        rest = rest.dropFirst(digits.count)
        return nanoseconds
    }

    /// Seconds by which the text's clock is ahead of UTC.
    private mutating func offset() -> Int? {
        if take("Z") { return 0 }
        let sign: Int
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func number(_ width: Int) -> Int? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(width)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
