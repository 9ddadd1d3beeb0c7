// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

@testable import FlinkMetadata

/// Paths mean what Flink's own `Path` makes of them.
@Suite struct ReferencePathTests {
    private let directory = StorageURL(
        scheme: "hdfs",
        authority: "ns1",
        path: "/flink/job/chk-7"
    )

    private func absolute(_ text: String) throws -> ReferencePath {
        try #require(ReferencePath(utf8: Array(text.utf8), isRelative: false))
    }

    @Test(arguments: [
        ("file:/a/b", "file:/a/b", "file:///a/b"),
        ("file:///a/b", "file:/a/b", "file:///a/b"),
        ("file:////a/b", "file:/a/b", "file:///a/b"),
        ("hdfs://nn:8020/a", "hdfs://nn:8020/a", "hdfs://nn:8020/a"),
        ("hdfs:/a", "hdfs:/a", "hdfs:///a"),
        ("s3://bucket/a//b/", "s3://bucket/a/b", "s3://bucket/a/b"),
        ("S3://Bucket/a", "S3://Bucket/a", "s3://Bucket/a"),
        ("/a/b", "/a/b", "/a/b"),
        ("/a/./b/../c", "/a/c", "/a/c"),
        ("/../a", "/a", "/a"),
        ("file:/a/..", "file:/", "file:///"),
        ("/a\\b", "/a/b", "/a/b"),
        ("file:\\a\\b", "file:/a/b", "file:///a/b"),
        ("/a/.hidden/..b/c..", "/a/.hidden/..b/c..", "/a/.hidden/..b/c.."),
        ("/a b/ü%20:*?#", "/a b/ü%20:*?#", "/a b/ü%20:*?#"),
        ("//host/a", "//host/a", "/a"),
        ("s3://bucket", "s3://bucket", "s3://bucket/"),
        ("/", "/", "/"),
    ])
    func `normalises absolute paths`(written: String, normal: String, url: String) throws {
        let path = try absolute(written)
        #expect(path.written == ObjectName(written))
        #expect(path.normalized == ObjectName(normal))
        #expect(path.url(relativeTo: directory)?.description == url)
    }

    @Test(arguments: ["uuid", "a/b", "", ":/a", "1a:/b", "a b:/c", "a:b"])
    func `names no place where there is neither scheme nor slash`(written: String) throws {
        #expect(try absolute(written).url(relativeTo: directory) == nil)
    }

    @Test(arguments: [
        ("uuid", "uuid"), ("/uuid", "uuid"), ("//a//b/", "a/b"), ("./a", "a"), ("a/./b", "a/b"),
        ("a\\b", "a/b"), ("..a/b..", "..a/b.."), ("a:b", "a:b"), ("file:/x", "file:/x"),
    ])
    func `resolves relative paths below the snapshot`(written: String, normal: String) throws {
        let path = try #require(ReferencePath(utf8: Array(written.utf8), isRelative: true))
        #expect(path.normalized == ObjectName(normal))
        #expect(
            path.url(relativeTo: directory)?.description == "hdfs://ns1/flink/job/chk-7/\(normal)"
        )
    }

    @Test(arguments: ["..", "a/..", "../a", "/../a", "a/../b", "..\\a", "/", ".", ""])
    func `takes no relative path that leads up or nowhere`(written: String) {
        #expect(ReferencePath(utf8: Array(written.utf8), isRelative: true) == nil)
    }

    @Test func `knows the last component`() throws {
        #expect(try absolute("s3://bucket/shared/uuid").baseName == "uuid")
        #expect(try absolute("s3://bucket/shared/uuid/").baseName == "uuid")
        #expect(ReferencePath(utf8: Array("uuid".utf8), isRelative: true)?.baseName == "uuid")
    }

    @Test func `the quick look never takes a text for normal that is not`() {
        let alphabet: [UInt8] = Array("/\\.:a".utf8)
        for number in 0..<78_125 {
            var rest = number
            var text: [UInt8] = []
            for _ in 0..<7 {
                text.append(alphabet[rest % 5])
                rest /= 5
            }
            func isPlain(_ isRelative: Bool) -> Bool {
                text.withUnsafeBytes { PathText.isPlain($0, isRelative: isRelative) }
            }
            if isPlain(false) {
                let normal = PathText.normalAbsolute(text)
                if normal != text { Issue.record("\(ObjectName(text)) -> \(ObjectName(normal))") }
            }
            if isPlain(true) {
                let normal = PathText.normalRelative(text[...])
                if normal != text { Issue.record("\(ObjectName(text)) relative") }
            }
        }
    }
}
