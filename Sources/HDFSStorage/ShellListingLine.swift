// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// One line of `-ls` or `-ls -R`, taken apart without a copy.
///
/// `permissions replication owner group size yyyy-MM-dd HH:mm path`: widths vary, a group may hold
/// spaces, and the path is everything behind the time. The time is that of the child's zone, which
/// is UTC.
///
/// Source: `org.apache.hadoop.fs.shell.Ls.processPath`, 2.7.4 and 3.4.2.
public struct ShellListingLine {
    /// What the entry is.
    public let kind: ObjectKind
    /// Length in bytes; 0 for anything but files.
    public let size: Int64
    /// Modification time, in whole minutes.
    public let modified: Instant
    /// Where the path begins in the line.
    public let pathStart: Int

    /// Takes a line apart; nil where it is none of these, or its path has a component that no store
    /// has: an empty one, `.` or `..`.
    ///
    /// - Parameters:
    ///   - line: Without its end.
    ///   - first: What paths begin with: `/`, or `.` where relative ones were asked for.
    public init?(_ line: UnsafeRawBufferPointer, pathsBeginningWith first: UInt8 = 0x2F) {
        guard line.count > 10, let kind = Self.kind(line[0]) else { return nil }
        self.kind = kind
        var position = 10
        // The first thing that is a size, a date and a time: what stands in front holds none.
        while position + Self.timeLength + 2 < line.count {
            if line[position] == UInt8(ascii: " "),
                let time = Self.time(line, at: position + 1),
                line[position + 1 + Self.timeLength] == UInt8(ascii: " "),
                line[position + 2 + Self.timeLength] == first,
                let size = Self.number(line, endingAt: position)
            {
                guard Self.isPath(line, from: position + 2 + Self.timeLength) else { return nil }
                self.size = kind == .file ? size : 0
                modified = time
                pathStart = position + 2 + Self.timeLength
                return
            }
            position += 1
        }
        return nil
    }

    /// `2026-11-22 21:49`.
    private static let timeLength = 16

    /// Reads a time alone: `2026-11-22 21:49`, taken for UTC; nil where it is none.
    public static func minute(_ text: UnsafeRawBufferPointer) -> Instant? {
        text.count == timeLength ? time(text, at: 0) : nil
    }

    /// Tells whether a path in a line is one that HDFS has: a damaged line must not name something else.
    ///
    /// Source: `org.apache.hadoop.fs.Path.normalizePath`, `DFSUtil.isValidName`.
    private static func isPath(_ line: UnsafeRawBufferPointer, from start: Int) -> Bool {
        let isAbsolute = line[start] == UInt8(ascii: "/")
        let names = UnsafeRawBufferPointer(rebasing: line[(isAbsolute ? start + 1 : start)...])
        return names.isEmpty || PlainPath.isSure(names) || PlainPath.isPossible(names)
    }

    private static func kind(_ letter: UInt8) -> ObjectKind? {
        switch letter {
        case UInt8(ascii: "-"): .file
        case UInt8(ascii: "d"): .directory
        case UInt8(ascii: "l"): .symbolicLink
        default: nil
        }
    }

    private static func time(_ line: UnsafeRawBufferPointer, at start: Int) -> Instant? {
        guard line[start + 4] == UInt8(ascii: "-"), line[start + 7] == UInt8(ascii: "-"),
            line[start + 10] == UInt8(ascii: " "), line[start + 13] == UInt8(ascii: ":"),
            let year = digits(line, start, 4), let month = digits(line, start + 5, 2),
            let day = digits(line, start + 8, 2), let hour = digits(line, start + 11, 2),
            let minute = digits(line, start + 14, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60
        else { return nil }
        let days = Int64(CivilDay(year: year, month: month, day: day).number)
        let minutes = (days * 24 + Int64(hour)) * 60 + Int64(minute)
        // A year that no instant reaches is held at the end: what is dated in the future is kept.
        return Instant(seconds: minutes * 60)
    }

    private static func digits(
        _ line: UnsafeRawBufferPointer,
        _ start: Int,
        _ count: Int
    ) -> Int? {
        var value = 0
        for position in start..<(start + count) {
            guard (0x30...0x39).contains(line[position]) else { return nil }
            value = value * 10 + Int(line[position] - 0x30)
        }
        return value
    }

    /// The number that ends right in front of a position, behind a space.
    private static func number(_ line: UnsafeRawBufferPointer, endingAt end: Int) -> Int64? {
        var start = end
        while start > 0, (0x30...0x39).contains(line[start - 1]) { start -= 1 }
        guard start < end, start > 0, line[start - 1] == UInt8(ascii: " ") else { return nil }
        var value: Int64 = 0
        for byte in line[start..<end] {
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = tens.addingReportingOverflow(Int64(byte - 0x30))
            if over || more { return nil }
            value = sum
        }
        return value
    }
}
