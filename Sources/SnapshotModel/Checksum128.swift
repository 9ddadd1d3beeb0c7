// SPDX-License-Identifier: Apache-2.0

/// A checksum of 128 bits that tells whether a text changed.
///
/// It detects change, not malice: whoever can write a text can write its checksum.
///
/// Source: FNV-1a with 128 bits, draft-eastlake-fnv.
public struct Checksum128: Hashable, Sendable {
    private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    /// Makes the checksum of nothing.
    public init() {}

    /// Makes the checksum of a text's UTF-8.
    public init(of text: String) {
        for byte in text.utf8 { add(byte) }
    }

    /// Goes on with more bytes.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { add(byte) }
    }

    private mutating func add(_ byte: UInt8) {
        state = (state ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
    }
}

// MARK: - CustomStringConvertible

extension Checksum128: CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public var description: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
