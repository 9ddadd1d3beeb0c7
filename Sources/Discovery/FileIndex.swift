// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Finds files by the hash of their names; made once, when all of them are known.
///
/// Eight bytes a slot and three slots for two files: the file's number, and the lower half of its
/// name's hash, so that hardly ever a name is looked at that is another one (each look is a miss of
/// every cache). A hash only says where to look; equality is always decided by the bytes. A name that lies in very many places (a snapshot copied a thousand times)
/// would make every look-up walk along all of them: what finds no slot near its own goes into a
/// dictionary by hash.
struct FileIndex {
    private static let reach = 128

    /// In the upper half the lower half of the hash, in the lower half the number.
    private var slots: [UInt64]
    private var overflow: [UInt64: [FileID]] = [:]

    /// Makes an index.
    ///
    /// - Parameters:
    ///   - count: Files are the numbers below it.
    ///   - hash: Gives the hash of a file's name.
    init(count: Int, hash: (FileID) -> UInt64) {
        slots = Self.emptySlots(max(8, count + count / 2))
        for number in 0..<count { insert(FileID(number), hash(FileID(number))) }
    }

    /// Slots in large pages of memory where the system has any.
    ///
    /// Nearly every look-up is somewhere else: in pages of 4 KiB it would miss the processor's cache
    /// of page addresses as well.
    private static func emptySlots(_ count: Int) -> [UInt64] {
        Array(unsafeUninitializedCapacity: count) { buffer, filled in
            let page = 1 << 21
            if let base = buffer.baseAddress {
                let start = UnsafeMutableRawPointer(base).alignedUp(toMultipleOf: page)
                let end = UnsafeMutableRawPointer(base + count).alignedDown(toMultipleOf: page)
                // Advice that is not taken costs time only.
                if start < end { _ = madvise(start, end - start, MADV_HUGEPAGE) }
            }
            buffer[..<count].initialize(repeating: .max)
            filled = count
        }
    }

    private mutating func insert(_ file: FileID, _ hash: UInt64) {
        var slot = home(of: hash)
        for _ in 0..<Self.reach {
            if slots[slot] == .max {
                slots[slot] = hash << 32 | UInt64(file)
                return
            }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
        overflow[hash, default: []].append(file)
    }

    /// The smallest number among the files that may have this hash and for which the closure says
    /// yes.
    func first(hash: UInt64, where matches: (FileID) -> Bool) -> FileID? {
        var found: FileID?
        forEach(hash: hash) { file in
            if file < found ?? .max, matches(file) { found = file }
        }
        return found
    }

    /// Calls a closure with every file that may have this hash.
    func forEach(hash: UInt64, _ body: (FileID) -> Void) {
        var slot = home(of: hash)
        for _ in 0..<Self.reach {
            let entry = slots[slot]
            if entry == .max { return }
            if entry >> 32 == hash & 0xFFFF_FFFF { body(FileID(truncatingIfNeeded: entry)) }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
        overflow[hash]?.forEach(body)
    }

    /// Where to look for a hash first, and what is there: all that a miss of the caches brings in.
    func first(hash: UInt64) -> UInt64 { slots[home(of: hash)] }

    /// The only file that may have this hash; nil where there is none, or several.
    func only(hash: UInt64) -> FileID? {
        var found: FileID?
        var slot = home(of: hash)
        for _ in 0..<Self.reach {
            let entry = slots[slot]
            if entry == .max { return found }
            if entry >> 32 == hash & 0xFFFF_FFFF {
                if found != nil { return nil }
                found = FileID(truncatingIfNeeded: entry)
            }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
        // What found no room near its own may be elsewhere.
        return nil
    }

    private func home(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(slots.count)).high)
    }
}
