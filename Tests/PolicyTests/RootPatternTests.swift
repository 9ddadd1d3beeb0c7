// SPDX-License-Identifier: Apache-2.0

import Policy
import SnapshotModel
import Testing

/// What `{job}` stands for.
struct RootPatternTests {
    private func pattern(_ text: String) throws -> RootPattern {
        let policy = try decode(jobs("name: \"{job}\", savepoints: \"\(text)\""))
        return try #require(policy.jobs.first?.savepoints)
    }

    @Test(arguments: [
        ("/sp/{job}", "sales", "sales"), ("/sp/{job}", "ä b", "ä b"), ("/sp/{job}", "-rf", "-rf"),
        ("/sp/{job}", "chk-", "chk-"), ("/sp/{job}", "chk-x", "chk-x"),
        ("/sp/{job}", "savepoint", "savepoint"),
        ("/sp/{job}", "savepoint-abc-def", "savepoint-abc-def"),
        ("/sp/{job}", "sharedx", "sharedx"),
        ("/sp/{job}", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcde"),
        ("/sp/pre-{job}-post", "pre-a-post", "a"), ("/sp/pre-{job}", "pre-pre-", "pre-"),
        ("/sp/{job}/deep/er", "a", "a"),
    ]) func `matches the directory of a job`(_ root: String, _ component: String, _ job: String)
        throws
    {
        #expect(try pattern(root).match(ObjectName(component)) == job)
    }

    @Test(arguments: [
        ("/sp/{job}", "0123456789abcdef0123456789ABCDEF"),
        ("/sp/{job}", "savepoint-12ab34-0123456789ab"),
        ("/sp/{job}", "chk-0"), ("/sp/{job}", "chk-12"), ("/sp/{job}", "shared"),
        ("/sp/{job}", "taskowned"),
        ("/sp/{job}", "dstl"), ("/sp/{job}", ".janitor-trash"), ("/sp/{job}", ".janitor-"),
        ("/sp/{job}", ""),
        ("/sp/chk-{job}", "chk-7"), ("/sp/pre-{job}", "pre-"), ("/sp/pre-{job}", "pre-shared"),
        ("/sp/pre-{job}", "prefix"), ("/sp/{job}-post", "-post"), ("/sp/ab{job}ba", "aba"),
        ("/sp/ab{job}ba", "abba"),
    ]) func `never matches what is Flink's or janitor's own`(_ root: String, _ component: String)
        throws
    {
        #expect(try pattern(root).match(ObjectName(component)) == nil)
    }

    @Test func `matches no name that is not UTF-8, and nothing without a wildcard`() throws {
        #expect(try pattern("/sp/{job}").match(ObjectName([0x61, 0xFF])) == nil)
        let plain = RootPattern(base: StorageURL(scheme: "file", path: "/sp"))
        #expect(plain.match("a") == nil)
        #expect(plain.root(forJob: "a").description == "file:///sp")
    }

    @Test(arguments: [
        ("/sp/{job}", "file:///sp/{job}", "file:///sp/a"),
        ("s3://b/{job}", "s3://b/{job}", "s3://b/a"),
        ("hdfs:///f/x-{job}-y/sp//deep/", "hdfs:///f/x-{job}-y/sp/deep", "hdfs:///f/x-a-y/sp/deep"),
    ]) func `puts a job's name back into its place`(_ root: String, _ text: String, _ one: String)
        throws
    {
        let pattern = try pattern(root)
        #expect(pattern.description == text)
        #expect(pattern.root(forJob: "a").description == one)
    }

    @Test func `names a job of a pattern`() throws {
        let policy = try decode(jobs(#"name: "team-{job}", savepoints: "/sp/{job}""#))
        #expect(policy.jobs.first?.name(forJob: "a") == "team-a")
    }
}
