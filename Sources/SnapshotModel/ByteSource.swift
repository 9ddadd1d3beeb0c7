// SPDX-License-Identifier: Apache-2.0

/// Bytes of one stored object, read once from front to back.
///
/// The reader of metadata pulls from it, so that a file of any size is read in constant memory
/// and inlined state is skipped rather than copied.
public protocol ByteSource: ~Copyable {
    /// The object's length in bytes, as found when it was opened.
    var length: Int64 { get }

    /// Reads the next bytes into a buffer.
    ///
    /// - Parameter buffer: Where to put them, at least one byte.
    /// - Returns: How many were put there; 0 at the end only.
    /// - Throws: `ByteSourceError` where the store fails in the middle.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int

    /// Passes over bytes without reading them.
    ///
    /// - Parameter count: How many, 0 or more; passing over the end is allowed, the next `read`
    ///   then returns 0.
    /// - Throws: `ByteSourceError` where the store fails.
    mutating func skip(_ count: Int64) throws(ByteSourceError)
}

/// A store that failed while an object was being read.
public struct ByteSourceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the store said, lower case, without the object's name.
    public let description: String

    /// Makes an error with the store's own words.
    public init(_ description: String) {
        self.description = description
    }
}
