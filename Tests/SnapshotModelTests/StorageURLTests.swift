// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Testing

struct StorageURLTests {
    private func url(_ text: ObjectName) throws -> StorageURL {
        try #require(StorageURL(parsing: text), "\(text)")
    }

    @Test(arguments: [
        ("file:///a b/ü", "file:///a b/ü"),
        ("file:/a", "file:///a"),
        ("hdfs://ns1/flink//x/", "hdfs://ns1/flink/x"),
        ("hdfs:///flink", "hdfs:///flink"),
        ("S3://Bucket/p%20q", "s3://Bucket/p%20q"),
        ("s3://bucket", "s3://bucket/"),
        ("s3://bucket/", "s3://bucket/"),
        ("file:", "file:///"),
        ("/a//b/", "/a/b"),
        ("//a/b", "/a/b"),
        ("/", "/"),
        ("/a:b/c", "/a:b/c"),
        ("hdfs://h:8020/a:b", "hdfs://h:8020/a:b"),
        ("file:///-x/*/{}[", "file:///-x/*/{}["),
    ])
    func `is read and written`(text: String, written: String) throws {
        let url = try url(ObjectName(text))
        #expect(url.description == written)
        #expect(StorageURL(parsing: ObjectName(written)) == url)
    }

    @Test(arguments: ["", "a/b", "a", ":/a", "1s3://b/c", "s3:b", "s_3://b/c", "ü://b/c", "./a:b"])
    func `is not read from a relative path or a wrong scheme`(text: String) {
        #expect(StorageURL(parsing: ObjectName(text)) == nil)
    }

    @Test func `an authority that is not UTF-8 is refused, a path is not`() throws {
        #expect(StorageURL(parsing: ObjectName(Array("s3://".utf8) + [0xFF, 0x2F])) == nil)
        let url = try url(ObjectName(Array("file:///".utf8) + [0xFF]))
        #expect(url.path.bytes == [0x2F, 0xFF])
    }

    @Test func `stores are the same by scheme family and authority`() throws {
        let bucket = try url("s3://b/x")
        #expect(bucket.isInSameStore(as: try url("s3a://b/y")))
        #expect(bucket.isInSameStore(as: try url("s3p://b")))
        #expect(!bucket.isInSameStore(as: try url("s3://B/x")))
        #expect(!bucket.isInSameStore(as: try url("hdfs://b/x")))
    }

    @Test func `a path below a root ends at a component`() throws {
        let root = try url("s3://b/flink")
        #expect(try url("s3a://b/flink/x/y").path(below: root) == "x/y")
        #expect(try url("s3://b/flink").path(below: root) == "")
        #expect(try url("s3://b/flinkling").path(below: root) == nil)
        #expect(try url("s3://b").path(below: root) == nil)
        #expect(try url("s3://c/flink/x").path(below: root) == nil)
        let top = try url("s3://b")
        #expect(root.path(below: top) == "flink")
        #expect(top.path(below: top) == "")
    }

    @Test func `what lies below is appended, and the parent holds it`() throws {
        let root = try url("hdfs://h/a")
        #expect(root.appending("b//c") == (try url("hdfs://h/a/b/c")))
        #expect(root.appending("") == root)
        #expect(root.parent == (try url("hdfs://h/")))
        #expect(root.parent.parent == root.parent)
        #expect(root.appending("b").parent == root)
    }

    @Test func `order goes by scheme, authority and path bytes`() throws {
        let ordered = try ["/z", "file:///a", "file:///b", "s3://a/z", "s3://b/a", "s3://b/ü"]
            .map { try url(ObjectName($0)) }
        #expect(ordered.reversed().sorted() == ordered)
        for url in ordered { #expect(!(url < url)) }
    }
}
