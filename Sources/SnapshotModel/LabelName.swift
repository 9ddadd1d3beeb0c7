// SPDX-License-Identifier: Apache-2.0

extension ObjectName {
    /// Whether it can be the name of a label, which becomes part of an object's name: 1 to 100 letters,
    /// digits, `.`, `_` and `-` of ASCII.
    public var isLabelName: Bool {
        (1...100).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
