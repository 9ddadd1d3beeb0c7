// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import Storage
import Testing

/// The quick look at a path against a slow one, byte by byte.
struct PlainPathTests {
    /// Whether a path is written as it is and has components that a store can have.
    private func isPlain(_ path: [UInt8]) -> Bool {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return path.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
            && parts.allSatisfy { !$0.isEmpty && ![[0x2E], [0x2E, 0x2E]].contains(Array($0)) }
    }

    private func isSure(_ path: [UInt8]) -> Bool { path.withUnsafeBytes(PlainPath.isSure) }

    @Test(arguments: UInt64(0)..<20)
    func `whatever is sure is plain`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let odd: [UInt8] = [0, 0x20, 0x21, 0x2E, 0x2F, 0x5C, 0x7E, 0x7F, 0x80, 0xFF]
        var sure = 0
        for _ in 0..<500 {
            var path = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                UInt8.random(in: 0x30...0x7A, using: &random)
            }
            for index in path.indices where Int.random(in: 0..<12, using: &random) == 0 {
                path[index] = odd.randomElement(using: &random) ?? 0
            }
            if isSure(path) {
                sure += 1
                #expect(isPlain(path), "\(path) of seed \(seed)")
            }
        }
        #expect(sure > 0)
    }

    @Test func `every odd byte in every place is seen`() {
        let path = Array("sales/5a11ed00000040008000000000000001/chk-7/_metadata".utf8)
        #expect(isSure(path))
        for index in path.indices {
            for byte in UInt8.min...UInt8.max {
                var other = path
                other[index] = byte
                if isSure(other) { #expect(isPlain(other), "\(index): \(byte)") }
                let isCommon = byte >= 0x30 && byte < 0x5C && path[index] != UInt8(ascii: "/")
                if isCommon { #expect(isSure(other), "\(index): \(byte)") }
            }
        }
    }

    @Test(arguments: ["", "/", "a/", "/a", "a//b", "a/./b", "a/..", ".", "..", "a/.b", "a b"])
    func `what is not sure is looked at more closely`(path: String) {
        #expect(!isSure(Array(path.utf8)))
    }
}
