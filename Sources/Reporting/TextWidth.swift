// SPDX-License-Identifier: Apache-2.0

extension String {
    /// How many columns of a terminal the text takes, as near as that can be told.
    ///
    /// Names from East Asia and emoji take two a character, combining marks none.
    var columns: Int {
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return reduce(0) { $0 + $1.columns }
    }

    /// The text with spaces up to a width, behind it or in front.
    func padded(to width: Int, atFront: Bool) -> String {
        let gap = String(repeating: " ", count: max(0, width - columns))
        return atFront ? gap + self : self + gap
    }
}

extension Character {
    /// The columns of the first scalar that takes any: what is joined to it changes nothing.
    fileprivate var columns: Int {
        unicodeScalars.lazy.map(\.columns).first { $0 > 0 } ?? 0
    }
}

extension Unicode.Scalar {
    /// 0, 1 or 2.
    ///
    /// Source: Unicode's East Asian Width (UAX 11), W and F, in whole blocks.
    fileprivate var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
