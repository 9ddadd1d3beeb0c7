// SPDX-License-Identifier: Apache-2.0

/// An array in pieces of one size, which grows without ever being copied.
///
/// An array of ten million entries that doubles is there twice while it is copied, and ends up to
/// half empty. Here at most one piece is not full.
struct Chunks<Element: Sendable>: Sendable {
    private static var shift: Int { 16 }
    private static var mask: Int { 1 << shift - 1 }

    private var pieces: [[Element]] = []
    private(set) var count = 0

    mutating func append(_ element: Element) {
        if count & Self.mask == 0 {
            pieces.append([])
            pieces[pieces.count - 1].reserveCapacity(count == 0 ? 64 : 1 << Self.shift)
        }
        pieces[pieces.count - 1].append(element)
        count += 1
    }

    subscript(index: Int) -> Element {
        pieces[index >> Self.shift][index & Self.mask]
    }
}

/// Names of any bytes, one after the other, in pages.
struct NameArena: Sendable {
    private static let pageSize = 1 << 20
    /// The longest name: stores have far shorter ones.
    static let longest = 0xFFFF

    private var pages: [[UInt8]] = []

    /// Stores a name.
    ///
    /// - Parameter name: At most `longest` bytes.
    /// - Returns: Where it lies: page, offset in the page, and length.
    mutating func store(_ name: some Collection<UInt8>) -> UInt64 {
        precondition(name.count <= Self.longest, "a name of \(name.count) bytes")
        if pages.last.map({ $0.count + name.count > Self.pageSize }) ?? true {
            pages.append([])
            if pages.count > 1 { pages[pages.count - 1].reserveCapacity(Self.pageSize) }
        }
        let page = pages.count - 1
        let offset = pages[page].count
        pages[page].append(contentsOf: name)
        return UInt64(page) << 36 | UInt64(offset) << 16 | UInt64(name.count)
    }

    /// Lends the bytes of a stored name.
    func withName<Result>(
        _ name: UInt64,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let start = Int(name >> 16 & 0xF_FFFF)
        return pages[Int(name >> 36)].withUnsafeBytes { page in
            body(UnsafeRawBufferPointer(rebasing: page[start..<start + Int(name & 0xFFFF)]))
        }
    }
}
