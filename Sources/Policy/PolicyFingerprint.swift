// SPDX-License-Identifier: Apache-2.0

extension JanitorPolicy {
    /// 32 hexadecimal digits that stand for what the policy means.
    ///
    /// The file's name, its comments, the order of jobs, aliases and places, and whether something
    /// was said or left to the defaults make no difference. Tells that a policy changed between a
    /// plan and its approval; it is a plain checksum and no proof against somebody who wants two
    /// policies to look alike.
    ///
    /// Source: FNV-1a with 128 bits, draft-eastlake-fnv.
    public var fingerprint: String {
        var ordered = self
        ordered.source = ""
        ordered.jobs.sort { $0.name < $1.name }
        ordered.aliases.sort { $0.written < $1.written }
        ordered.alsoRead = Set(alsoRead).sorted()
        ordered.protected = Set(protected).sorted()
        return Self.digest(of: ordered.json5)
    }

    static func digest(of text: String) -> String {
        var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in text.utf8 {
            state = (state ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
        }
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
