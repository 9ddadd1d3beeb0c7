// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// The first and the last part of what a child says on standard error.
public struct ErrorOutput: Hashable, Sendable {
    /// The beginning, up to the limit.
    public private(set) var first: [UInt8] = []
    /// How many bytes came in all.
    public private(set) var total: Int64 = 0
    /// The end, in a ring: the oldest byte stands at `oldest` once it is full.
    private var ring: [UInt8] = []
    private var oldest = 0
    private let limit: Int

    /// Starts with nothing.
    ///
    /// - Parameter limit: How many bytes of the beginning are kept, and as many of the end.
    public init(limit: Int) {
        self.limit = max(0, limit)
    }

    /// Makes what a child said of its bytes.
    public init(_ bytes: [UInt8], limit: Int = 16_384) {
        self.init(limit: limit)
        append(bytes.span)
    }

    /// The end, as far as it is not part of the beginning.
    public var last: [UInt8] { Array(ring[oldest...] + ring[..<oldest]) }

    /// How many bytes between the two parts are lost.
    public var leftOut: Int64 { total - Int64(first.count + ring.count) }

    /// Tells whether nothing was said at all.
    public var isEmpty: Bool { total == 0 }

    /// Both parts one after the other; between them lies what was left out, if anything.
    public var bytes: [UInt8] { first + last }

    /// Both parts as text for people, without white space at the end.
    public var text: String {
        let text =
            leftOut > 0
            ? "\(ObjectName(first))\n[\(leftOut) bytes left out]\n\(ObjectName(last))"
            // A character may lie across the seam.
            : ObjectName(bytes).description
        let kept = text.lastIndex { !$0.isWhitespace }
        return kept.map { String(text[...$0]) } ?? ""
    }

    /// Takes what came next.
    mutating func append(_ bytes: Span<UInt8>) {
        total += Int64(bytes.count)
        var index = 0
        while index < bytes.count, first.count < limit {
            first.append(bytes[index])
            index += 1
        }
        // What would be overwritten in the same call is passed over.
        index = max(index, bytes.count - limit)
        while index < bytes.count {
            if ring.count < limit {
                ring.append(bytes[index])
            } else {
                ring[oldest] = bytes[index]
                oldest = oldest + 1 == limit ? 0 : oldest + 1
            }
            index += 1
        }
    }
}
