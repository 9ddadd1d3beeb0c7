// SPDX-License-Identifier: Apache-2.0

/// The 16 bytes that a lower-case UUID stands for: how nearly every file of Flink's is called.
///
/// Packing is exact: 36 bytes pack only where unpacking gives the same 36 bytes again. A UUID in
/// upper case, or one with a letter changed, is a name like any other.
///
/// Source: `FsCheckpointStreamFactory` and `PhysicalFile` name files by `UUID.randomUUID()`, which
/// Java prints in lower case.
struct PackedName: Hashable {
    /// How many bytes the name has.
    static let length = 36

    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Packs a name; nil where it is no lower-case UUID.
    init?(_ name: UnsafeRawBufferPointer) {
        guard name.count == Self.length, name[8] == Self.dash, name[13] == Self.dash,
            name[18] == Self.dash, name[23] == Self.dash,
            let first = Self.digits(name.eight(at: 0)),
            let second = Self.digits(name.four(at: 9) | name.four(at: 14) << 32),
            let third = Self.digits(name.four(at: 19) | name.four(at: 24) << 32),
            let fourth = Self.digits(name.eight(at: 28))
        else { return nil }
        high = first << 32 | second
        low = third << 32 | fourth
    }

    /// The number that eight lower-case hexadecimal digits write, the first in the lowest byte; nil
    /// where one is no such digit.
    ///
    /// All eight at once: what a digit would be worth is written as a digit again and compared.
    private static func digits(_ text: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let value = (text & (ones * 15)) &+ (text >> 6 & ones) &* 9
        let isLetter = (value &+ ones &* 6) >> 4 & ones
        guard value & (ones * 0xF0) == 0,
            value &+ ones &* 0x30 &+ isLetter &* 0x27 == text
        else { return nil }
        var number = value.byteSwapped
        number = (number | number >> 4) & 0x00FF_00FF_00FF_00FF
        number = (number | number >> 8) & 0x0000_FFFF_0000_FFFF
        return (number | number >> 16) & 0xFFFF_FFFF
    }

    /// A hash of the name alone: the same in whatever directory the file lies.
    var hash: UInt64 {
        var hash = (high ^ (low &* 0x9E37_79B9_7F4A_7C15)) &* 0xBF58_476D_1CE4_E5B9
        hash ^= hash >> 31
        hash = hash &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 29)
    }

    /// Lends the 36 bytes of the name.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(byteCount: Self.length, alignment: 8) { bytes in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    bytes[position] = Self.dash
                    position += 1
                }
                let word = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4) & 15)
                bytes[position] = digit + (digit < 10 ? UInt8(ascii: "0") : 0x57)
                position += 1
            }
            return body(UnsafeRawBufferPointer(bytes))
        }
    }

    private static let dash = UInt8(ascii: "-")
}

extension UnsafeRawBufferPointer {
    /// Eight bytes, the first one lowest.
    fileprivate func eight(at offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Four bytes, the first one lowest.
    fileprivate func four(at offset: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
