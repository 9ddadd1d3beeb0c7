// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// The order of paths in which a tree is walked through: a directory before all that is in it, and
/// all that is in it before its next sibling.
///
/// Not the order of the bytes, in which `a-b` comes between `a` and `a/c`.
public enum PathOrder {
    /// Tells whether the path of a directory comes before that of another one.
    ///
    /// - Parameters:
    ///   - left: Components joined by single slashes.
    ///   - right: The same.
    /// - Returns: False also where both are equal.
    public static func comesFirst(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        compare(left[...], right[...]) < 0
    }

    /// Compares the paths of two directories component by component.
    ///
    /// - Parameters:
    ///   - left: Components joined by single slashes.
    ///   - right: The same.
    /// - Returns: Less than 0 where the left one comes first, 0 where both are equal.
    public static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                var index = 0
                let shared = min(left.count, right.count)
                while index < shared, left[index] == right[index] { index += 1 }
                if index == shared { return left.count - right.count }
                return rank(left[index]) - rank(right[index])
            }
        }
    }

    /// A slash, which ends a component, comes before whatever would go on with it.
    private static func rank(_ byte: UInt8) -> Int {
        byte == UInt8(ascii: "/") ? -1 : Int(byte)
    }
}

extension StorageURL {
    /// The bytes of scheme, authority and path, by which places are ordered in a walk.
    public var orderedBytes: [UInt8] {
        Array("\(scheme ?? "")://\(authority)".utf8) + path.bytes
    }
}
