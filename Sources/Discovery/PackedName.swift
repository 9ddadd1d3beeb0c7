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
            name[18] == Self.dash, name[23] == Self.dash
        else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<18 where index != 8 && index != 13 {
            let digit = Self.digits[Int(name[index])]
            if digit > 15 { return nil }
            words.0 = words.0 << 4 | UInt64(digit)
        }
        for index in 19..<36 where index != 23 {
            let digit = Self.digits[Int(name[index])]
            if digit > 15 { return nil }
            words.1 = words.1 << 4 | UInt64(digit)
        }
        (high, low) = words
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
    /// The value of each byte as a lower-case hexadecimal digit; 255 for any other.
    private static let digits: [UInt8] = (0..<256).map { byte in
        switch UInt8(byte) {
        case let digit where (0x30...0x39).contains(digit): digit - 0x30
        case let letter where (0x61...0x66).contains(letter): letter - 0x57
        default: 255
        }
    }
}
