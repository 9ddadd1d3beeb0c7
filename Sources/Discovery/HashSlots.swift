// SPDX-License-Identifier: Apache-2.0

/// An open-addressing index from hashes to positions in somebody else's arrays.
///
/// Four bytes a slot and nothing else: names are compared where they lie, so that ten million
/// files need no ten million keys. A hash only says where to look; equality is always decided by
/// the bytes, so that two names with one hash stay two.
struct HashSlots {
    private var slots: [UInt32]
    private(set) var count = 0

    init(minimumCapacity: Int = 16) {
        var size = 32
        while size < minimumCapacity * 2 { size *= 2 }
        slots = Array(repeating: .max, count: size)
    }

    /// The first position with this hash for which the closure says yes.
    func first(hash: UInt64, where matches: (UInt32) -> Bool) -> UInt32? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != .max {
            if matches(slots[slot]) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Calls a closure with every position that may have this hash.
    func forEach(hash: UInt64, _ body: (UInt32) -> Void) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != .max {
            body(slots[slot])
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// Adds a position; `rehash` gives the hash of one added earlier.
    mutating func insert(_ position: UInt32, hash: UInt64, rehash: (UInt32) -> UInt64) {
        if (count + 1) * 4 > slots.count * 3 {
            let old = slots
            slots = Array(repeating: .max, count: old.count * 2)
            for position in old where position != .max { place(position, hash: rehash(position)) }
        }
        place(position, hash: hash)
        count += 1
    }

    private mutating func place(_ position: UInt32, hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = position
    }
}

/// A hash of bytes and a number, eight bytes a step.
///
/// - Parameters:
///   - bytes: Any bytes; the same bytes and seed give the same hash in one run of the program.
///   - seed: What else tells the key apart, a directory's number for instance.
/// - Returns: 64 bits of which the lower ones are good enough for a table of slots.
func nameHash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var hash = (seed &+ 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9 ^ UInt64(bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
        tail = tail << 8 | UInt64(bytes[offset])
        offset += 1
    }
    hash = (hash ^ tail) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
}
