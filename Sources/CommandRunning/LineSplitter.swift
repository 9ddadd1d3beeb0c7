// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Cuts chunks of output into lines, as bytes and without a copy of those that lie in one chunk.
public struct LineSplitter: Sendable {
    /// What ends a line.
    private let separator: UInt8
    private let longest: Int
    private var rest: [UInt8] = []

    /// Whether a line came that is longer than any can be; nothing is taken any more after it.
    public private(set) var isTooLong = false
    /// How many lines were handed on.
    public private(set) var count = 0

    /// Makes a splitter.
    ///
    /// - Parameters:
    ///   - separator: What ends a line; a line feed, or a zero byte.
    ///   - longest: The most bytes a line can have, so that what is no text does not fill memory.
    public init(separator: UInt8 = UInt8(ascii: "\n"), longest: Int = 1_048_576) {
        self.separator = separator
        self.longest = longest
    }

    /// What came behind the last separator: a line that never ended, unless it is empty.
    public var unfinished: [UInt8] { rest }

    /// Whether everything that came was lines that ended.
    public var endsWhole: Bool { rest.isEmpty && !isTooLong }

    /// Cuts one chunk.
    ///
    /// - Parameters:
    ///   - chunk: What came next.
    ///   - receive: Gets each line that ends in it, without its separator.
    /// - Returns: `stop` as soon as `receive` said so or a line is too long; what followed is lost.
    public mutating func take(
        _ chunk: Span<UInt8>,
        _ receive: (Span<UInt8>) -> CommandFlow
    ) -> CommandFlow {
        chunk.withUnsafeBufferPointer { chunk in
            guard let base = chunk.baseAddress else { return .goOn }
            var start = 0
            while let found = memchr(base + start, Int32(separator), chunk.count - start) {
                let end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                let line = UnsafeBufferPointer(rebasing: chunk[start..<end])
                start = end + 1
                guard handOn(line, receive) == .goOn else { return .stop }
            }
            return keep(UnsafeBufferPointer(rebasing: chunk[start...]))
        }
    }

    private mutating func handOn(
        _ line: UnsafeBufferPointer<UInt8>,
        _ receive: (Span<UInt8>) -> CommandFlow
    ) -> CommandFlow {
        guard rest.count + line.count <= longest else { return refuse() }
        count += 1
        guard !rest.isEmpty else { return receive(line.span) }
        rest.append(contentsOf: line)
        defer { rest.removeAll(keepingCapacity: true) }
        return receive(rest.span)
    }

    private mutating func keep(_ part: UnsafeBufferPointer<UInt8>) -> CommandFlow {
        guard !isTooLong, rest.count + part.count <= longest else { return refuse() }
        rest.append(contentsOf: part)
        return .goOn
    }

    private mutating func refuse() -> CommandFlow {
        isTooLong = true
        return .stop
    }
}
