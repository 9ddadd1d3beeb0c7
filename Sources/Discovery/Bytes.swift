// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension UnsafeRawBufferPointer {
    /// Tells whether two pieces of memory hold the same bytes.
    func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left, right, count) == 0
    }

    /// Tells whether an array holds the same bytes.
    func hasSameBytes(as other: [UInt8]) -> Bool {
        other.withUnsafeBytes { hasSameBytes(as: $0) }
    }
}
