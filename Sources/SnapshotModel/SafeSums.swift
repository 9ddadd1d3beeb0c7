// SPDX-License-Identifier: Apache-2.0

extension Int64 {
    /// Adds a number of bytes; where no number holds the sum it stays at the greatest one.
    ///
    /// A sparse file may claim any length, and so may a line of a listing or of a damaged journal.
    ///
    /// - Parameter bytes: What comes to it.
    public mutating func add(bytes: Int64) {
        let (sum, isTooMuch) = addingReportingOverflow(bytes)
        self = isTooMuch ? (bytes < 0 ? .min : .max) : sum
    }
}

extension Sequence {
    /// Adds up the bytes of all elements; where no number holds the sum it stays at the greatest one.
    ///
    /// - Parameter bytes: How many bytes an element has.
    /// - Returns: The sum; 0 of nothing.
    public func sum(of bytes: (Element) -> Int64) -> Int64 {
        reduce(into: 0) { $0.add(bytes: bytes($1)) }
    }
}

extension Int {
    /// The number as a count that others can be added to: at least 0, and no more than any store holds.
    ///
    /// A damaged file may hold any number.
    public var asCount: Int { Swift.min(Swift.max(0, self), 1 << 40) }
}
