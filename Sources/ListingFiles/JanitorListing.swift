// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// Our own format of listings: ASCII text, one object a line.
///
///     janitor listing 1
///     time 2026-11-22T02:00:00.123Z
///     root file:///flink/checkpoints
///     d 1763776800.123456789 .
///     d 1763776800 sales/5a11ed00000040008000000000000001/chk-7
///     f 8080 1763776800.5 sales/5a11ed00000040008000000000000001/chk-7/_metadata
///     l 1763776800 sales/a\x20link
///     complete
///     end 4
///
/// - The first line names the format, the second says when the listing began.
/// - `root` and a place begin a part; `complete`, `absent` or `incomplete` with a reason end it.
/// - An object is `f` (file; its length in bytes follows), `d` (directory), `l` (symbolic link) or
///   `o` (anything else), its modification time in seconds since 1970 with up to nine decimals,
///   and its path below the root, `.` for the root itself. Single spaces stand between them.
/// - In places, paths and reasons each byte outside `!` to `~`, and the backslash, is written `\xHH`
///   with two upper-case hexadecimal digits, so that a name of any bytes stays on its line.
/// - The last line is `end` and the number of objects: a file without it was cut short.
public struct JanitorListing: ListingFormat {
    /// What it is called.
    public static let name = "janitor"
    /// Times to the nanosecond.
    public static let timeResolution: Int64 = 1

    static let firstLine = "janitor listing 1"

    private enum Expected {
        case firstLine, time, rootOrEnd, object, nothing
    }

    private var expected = Expected.firstLine
    private var count = 0

    /// Makes a parser.
    public init() {}

    /// Tells whether a file begins as one of this format does, of whatever version.
    public static func isRecognized(by firstLine: UnsafeRawBufferPointer) -> Bool {
        firstLine.starts(with: "janitor listing ".utf8)
    }

    /// Reads the next line.
    public mutating func read(
        _ line: UnsafeRawBufferPointer,
        _ take: (ListingStatement) -> Void
    ) throws(ListingFault) {
        switch expected {
        case .object:
            if try !readObject(line, take) { try readOutcome(line, take) }
        case .rootOrEnd: try readRootOrEnd(line, take)
        case .firstLine:
            guard line.elementsEqual(Self.firstLine.utf8) else {
                throw ListingFault("this version reads only \"\(Self.firstLine)\"")
            }
            expected = .time
        case .time:
            guard let text = Self.rest(of: line, after: "time "), Instant(text) != nil else {
                throw ListingFault("the time of the listing has to stand here")
            }
            expected = .rootOrEnd
        case .nothing: throw ListingFault("something stands behind the last line")
        }
    }

    /// Tells that the lines are over.
    public mutating func finish(_ take: (ListingStatement) -> Void) throws(ListingFault) {
        guard case .nothing = expected else { throw ListingFault("it was cut short") }
    }

    private mutating func readRootOrEnd(
        _ line: UnsafeRawBufferPointer,
        _ take: (ListingStatement) -> Void
    ) throws(ListingFault) {
        if let text = Self.rest(of: line, after: "end ") {
            guard Int(text) == count else {
                throw ListingFault("it has \(count) objects, and its last line says \(text)")
            }
            expected = .nothing
            return
        }
        guard line.starts(with: "root ".utf8) else {
            throw ListingFault("a root or the end has to stand here")
        }
        let text = UnsafeRawBufferPointer(rebasing: line[5...])
        guard let place = EscapedName.read(text, { StorageURL(parsing: ObjectName($0)) }) ?? nil
        else { throw ListingFault("the root is not a place in a store") }
        expected = .object
        take(.root(place))
    }

    private mutating func readOutcome(
        _ line: UnsafeRawBufferPointer,
        _ take: (ListingStatement) -> Void
    ) throws(ListingFault) {
        if line.elementsEqual("complete".utf8) {
            take(.end(.complete))
        } else if line.elementsEqual("absent".utf8) {
            take(.end(.absent))
        } else if line.starts(with: "incomplete".utf8) {
            // The reason is for people; whoever reads the listing knows the root's place.
            take(.end(.incomplete([])))
        } else {
            throw ListingFault("neither an object nor the end of a root")
        }
        expected = .rootOrEnd
    }

    /// Reads an object; false where the line is none.
    private mutating func readObject(
        _ line: UnsafeRawBufferPointer,
        _ take: (ListingStatement) -> Void
    ) throws(ListingFault) -> Bool {
        guard line.count > 2, line[1] == UInt8(ascii: " "), let kind = Self.kind(line[0]) else {
            return false
        }
        var fields = ObjectFields(line, from: 2)
        guard let size = kind == .file ? fields.number() : 0 else {
            throw ListingFault("the length is not a number of bytes")
        }
        guard let time = fields.time() else { throw ListingFault("the time is none") }
        let text = fields.rest
        if PlainPath.isSure(text) {
            take(.object(path: text, kind: kind, size: size, modified: time))
        } else if text.count == 1, text[0] == UInt8(ascii: ".") {
            let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
            take(.object(path: nothing, kind: kind, size: size, modified: time))
        } else {
            let isTaken = EscapedName.read(text) { path in
                guard PlainPath.isPossible(path) else { return false }
                take(.object(path: path, kind: kind, size: size, modified: time))
                return true
            }
            guard isTaken == true else {
                throw ListingFault("the path is not written as paths are")
            }
        }
        count += 1
        return true
    }

    private static func kind(_ letter: UInt8) -> ObjectKind? {
        switch letter {
        case UInt8(ascii: "f"): .file
        case UInt8(ascii: "d"): .directory
        case UInt8(ascii: "l"): .symbolicLink
        case UInt8(ascii: "o"): .other
        default: nil
        }
    }

    private static func rest(of line: UnsafeRawBufferPointer, after word: String) -> String? {
        guard line.starts(with: word.utf8) else { return nil }
        return String(decoding: line.dropFirst(word.utf8.count), as: UTF8.self)
    }
}

/// The numbers in front of a path.
private struct ObjectFields {
    private let line: UnsafeRawBufferPointer
    private var position: Int

    init(_ line: UnsafeRawBufferPointer, from position: Int) {
        self.line = line
        self.position = position
    }

    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: line[position...]) }

    /// A number of at least one digit and the space behind it.
    mutating func number() -> Int64? {
        guard let number = digits(), take(UInt8(ascii: " ")) else { return nil }
        return Int64(exactly: number)
    }

    /// A time and the space behind it.
    mutating func time() -> Instant? {
        let isBefore = take(UInt8(ascii: "-"))
        guard let seconds = digits(), seconds < 1 << 34 else { return nil }
        var nanoseconds: UInt64 = 0
        if take(UInt8(ascii: ".")) {
            let start = position
            guard let fraction = digits(), position - start <= 9 else { return nil }
            nanoseconds = fraction
            for _ in position - start..<9 { nanoseconds *= 10 }
        }
        guard take(UInt8(ascii: " ")) else { return nil }
        let magnitude = seconds * 1_000_000_000 + nanoseconds
        if isBefore {
            return magnitude <= Int64.min.magnitude
                ? Instant(nanoseconds: Int64(truncatingIfNeeded: 0 &- magnitude)) : nil
        }
        return Int64(exactly: magnitude).map { Instant(nanoseconds: $0) }
    }

    private mutating func digits() -> UInt64? {
        let start = position
        var number: UInt64 = 0
        while position < line.count, case let digit = line[position] &- 0x30, digit < 10 {
            // Nineteen digits fit into 64 bits.
            if position - start == 19 { return nil }
            number = number * 10 + UInt64(digit)
            position += 1
        }
        return position == start ? nil : number
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < line.count, line[position] == byte else { return false }
        position += 1
        return true
    }
}
