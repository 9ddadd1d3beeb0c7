// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import S3Storage

@Suite struct ListingLineTests {
    private func page(_ line: some Collection<UInt8>) throws -> [ListedObject] {
        var objects: [ListedObject] = []
        try ListingLines.aws(Array(line).span) { objects.append($0) }
        return objects
    }

    /// The only object of a page.
    private func aws(_ object: String) throws -> ListedObject? {
        let objects = try page("[\(object)]".utf8)
        #expect(objects.count == 1)
        return objects.first
    }

    private func s5cmd(_ line: String) throws -> ListedObject? {
        try ListingLines.s5cmd(Array(line.utf8).span, bucket: "b")
    }

    @Test(arguments: [
        "2026-11-22T21:51:41.567Z", "2026-11-22T21:51:41.567000+00:00",
        "2026-11-22T22:51:41.567+01:00",
    ])
    func `reads the times of both versions`(time: String) throws {
        let object = try #require(
            try aws("[\"a/b\",6,\"\(time)\",\"\\\"b1946ac92492d2347c6235b4d2611184\\\"\"]")
        )
        #expect(object.key == StoredKey("a/b".utf8))
        #expect(object.size == 6)
        #expect(object.modified == Instant("2026-11-22T21:51:41.567Z"))
        #expect(object.isExact)
    }

    @Test func `reads whole seconds`() throws {
        let object = try #require(try aws("[\"a\",0,\"2026-11-22T21:51:41Z\",null]"))
        #expect(object.modified == Instant("2026-11-22T21:51:41Z"))
        #expect(object.tag.isEmpty)
    }

    @Test(arguments: [
        ("\\u00e9", "é"), ("e\\u0301", "e\u{301}"), ("\\ud83d\\ude00", "😀"),
        ("a\\nb\\tc\\rd", "a\nb\tc\rd"),
        ("\\u0001", "\u{1}"), ("\\\\b", "\\b"), ("\\\"q'", "\"q'"), ("-x", "-x"), ("a//b", "a//b"),
    ])
    func `reads every key exactly`(written: String, key: String) throws {
        let object = try #require(try aws("[\"\(written)\",1,\"2026-11-22T21:51:41Z\",\"\"]"))
        #expect(object.key.bytes == Array(key.utf8))
        #expect(object.isExact)
    }

    @Test(arguments: ["\\ud83d", "\\ude00", "\\ufffd", "\u{FFFD}", "a\\ud83db"])
    func `says of a key that it is not known exactly`(written: String) throws {
        let object = try #require(try aws("[\"\(written)\",1,\"2026-11-22T21:51:41Z\",\"\"]"))
        #expect(!object.isExact)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `reads the keys that Foundation writes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let key = String(
            String.UnicodeScalarView(
                (0..<Int.random(in: 1...12, using: &generator)).compactMap { _ in
                    let limit: UInt32 =
                        [0x80, 0x800, 0xFFFF, 0x10FFFF].randomElement(using: &generator) ?? 0x80
                    return Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator))
                }
            )
        )
        let objects = [[key, 7, "2026-11-22T21:51:41Z", ""] as [Any]]
        let data = try JSONSerialization.data(withJSONObject: objects)
        let object = try #require(try page(data).first, "seed \(seed)")
        #expect(object.key.bytes == Array(key.utf8), "seed \(seed)")
        #expect(object.size == 7)
    }

    @Test func `reads all objects of a page, in its order`() throws {
        let one = #"["a",1,"2026-11-22T21:51:41Z","t"]"#
        let other = #"["b",2,"2026-11-22T21:51:42Z",null]"#
        let objects = try page("[\(one),\(other), \(one)]".utf8)
        #expect(objects.map(\.key.text) == ["a", "b", "a"])
        #expect(objects.map(\.size) == [1, 2, 1])
    }

    @Test(arguments: ["null", "[]"])
    func `an empty page holds nothing`(line: String) throws {
        #expect(try page(line.utf8).isEmpty)
    }

    @Test func `refuses a page that was cut off anywhere`() throws {
        let whole = #"[["a",1,"2026-11-22T21:51:41Z","t"],["b",2,"2026-11-22T21:51:42Z",null]]"#
        #expect(try page(whole.utf8).count == 2)
        for count in 0..<whole.utf8.count {
            #expect(throws: ListingLineError.self) { try page(whole.utf8.prefix(count)) }
        }
    }

    @Test(arguments: [
        "", "None", "None None", "[", "[[]]", "[[\"a\"]]",
        "[\"a\",1,\"2026-11-22T21:51:41Z\",\"\"]",
        "[[\"a\",1,\"2026-11-22T21:51:41Z\"]]", "[null]", "nullnull",
        "[[\"a\",-1,\"2026-11-22T21:51:41Z\",\"\"]]", "[[\"a\",1,\"yesterday\",\"\"]]",
        "[[\"a\",1,\"2026-11-22T21:51:41Z\",\"\"],]",
        "[[\"a\",1,\"2026-11-22T21:51:41Z\",\"\"]]x",
        "[[\"a\\x\",1,\"2026-11-22T21:51:41Z\",\"\"]]",
        "[[\"a\\u12\",1,\"2026-11-22T21:51:41Z\",\"\"]]",
        "[[\"a\",99999999999999999999,\"2026-11-22T21:51:41Z\",\"\"]]",
        "a\t1\t2026-11-22T21:51:41Z", "An error occurred",
    ])
    func `refuses whatever else there is`(line: String) {
        #expect(throws: ListingLineError.self) { try page(line.utf8) }
    }

    @Test func `reads what s5cmd prints`() throws {
        let line =
            #"{"key":"s3://b/p/+ \u0026\u003c","etag":"9dd4","last_modified":"2026-11-25T17:54:18.38Z","#
            + #""type":"file","size":1,"storage_class":"STANDARD"}"#
        let object = try #require(try s5cmd(line))
        #expect(object.key.bytes == Array("p/+ &<".utf8))
        #expect(object.size == 1)
        #expect(object.modified == Instant("2026-11-25T17:54:18.38Z"))
        #expect(object.tag == Array("9dd4".utf8))
    }

    @Test func `reads a marker that s5cmd calls a directory`() throws {
        let line =
            #"{"key":"s3://b/p/dir/","etag":"d4","last_modified":"2026-11-25T17:54:18Z","type":"directory"}"#
        let object = try #require(try s5cmd(line))
        #expect(object.key.bytes == Array("p/dir/".utf8))
        #expect(object.size == 0)
    }

    @Test(arguments: [
        #"{"key":"s3://other/p","last_modified":"2026-11-25T17:54:18Z","type":"file","size":1}"#,
        #"{"key":"s3://b/p","type":"file","size":1}"#, #"{"key":"s3://b/p","size":-1}"#, "{", "[]",
        #"{"operation":"ls","error":"no object found"}"#,
        #"{"key":"s3://b/p","last_modified":"2026-11-25T17:54:18Z","type":"file","size":1"#,
    ])
    func `refuses what s5cmd does not print of an object`(line: String) {
        #expect(throws: ListingLineError.self) { try s5cmd(line) }
    }

    @Test func `two tags are two identities, with quotation marks or without`() {
        func object(_ tag: String) -> ListedObject {
            ListedObject(
                key: StoredKey("a".utf8),
                size: 1,
                modified: Instant(nanoseconds: 7),
                tag: Array(tag.utf8)
            )
        }
        #expect(object("\"ab\"").identity == object("ab").identity)
        #expect(!object("ab").identity.isSameObject(as: object("ba").identity))
        #expect(!object("ab").identity.isSameObject(as: .none))
    }
}
