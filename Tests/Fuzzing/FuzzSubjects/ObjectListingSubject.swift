// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import S3Storage
import SnapshotModel

/// The readers of what `aws` and `s5cmd` print of objects, line by line.
public struct ObjectListingSubject: FuzzSubject {
    /// Its name.
    public static let name = "object-listing"

    /// Lines of both clients.
    public static func seeds() throws -> [[UInt8]] {
        try FuzzCorpus.files(in: "Tests/Fuzzing/Seeds/object-listing", endingIn: ".txt")
    }

    /// Makes one.
    public init() {}

    /// Lines are the same however the output comes, and an object's own line reads back.
    public mutating func brokenLaw(of input: [UInt8]) -> String? {
        let lines = Self.lines(of: input, piece: max(1, input.count))
        guard lines == Self.lines(of: input, piece: 1 + input.number(below: 61)) else {
            return "in pieces it has other lines"
        }
        for line in lines {
            for object in Self.aws(line) + Self.s5cmd(line) {
                guard object.isExact else { continue }
                if object.size < 0 { return "an object has \(object.size) bytes" }
                // What is no text cannot be written as one.
                let isText = [object.key.bytes, object.tag].allSatisfy { bytes in
                    String(validating: bytes, as: UTF8.self) != nil
                }
                guard isText else { continue }
                guard let again = Self.aws(Self.line(of: object)).first else {
                    return "an object's own line does not read"
                }
                if again != object { return "an object's own line reads as another" }
            }
        }
        return nil
    }

    private static func lines(of input: [UInt8], piece: Int) -> [[UInt8]] {
        var splitter = LineSplitter(longest: 1 << 16)
        var lines: [[UInt8]] = []
        for start in stride(from: 0, to: input.count, by: piece) {
            let chunk = Array(input[start..<min(input.count, start + piece)])
            let flow = splitter.take(chunk.span) { line in
                lines.append(line.withUnsafeBufferPointer { Array($0) })
                return .goOn
            }
            if flow == .stop { break }
        }
        return lines
    }

    /// The objects of a page; none where it is no page.
    private static func aws(_ line: [UInt8]) -> [ListedObject] {
        var objects: [ListedObject] = []
        do throws(ListingLineError) {
            try ListingLines.aws(line.span) { objects.append($0) }
            return objects
        } catch {
            return []
        }
    }

    private static func s5cmd(_ line: [UInt8]) -> [ListedObject] {
        do throws(ListingLineError) {
            return try ListingLines.s5cmd(line.span, bucket: "flink").map { [$0] } ?? []
        } catch {
            return []
        }
    }

    /// As `aws` prints it, with every character but ASCII escaped.
    private static func line(of object: ListedObject) -> [UInt8] {
        let time = object.modified
        // The first second of all begins before the first instant.
        let fraction = time.nanoseconds &- time.seconds &* 1_000_000_000
        let digits = String(1_000_000_000 + fraction).dropFirst()
        let second = Instant(seconds: time.seconds).description.prefix(19)
        return Array(
            "[[\(quoted(object.key.bytes)),\(object.size),\"\(second).\(digits)Z\",\(quoted(object.tag))]]"
                .utf8
        )
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        var text = "\""
        for unit in String(decoding: bytes, as: UTF8.self).utf16 {
            let digits = String(UInt32(unit) + 0x10000, radix: 16).dropFirst()
            text += "\\u\(digits)"
        }
        return text + "\""
    }
}
