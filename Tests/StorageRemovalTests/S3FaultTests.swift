// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import S3Storage
import SnapshotModel
import Storage
import Testing

@testable import StorageRemoval

/// A real server, behind one that fails on demand.
@Suite(.enabled(if: S3TestService.shared != nil, "\(S3TestService.skipMessage)"), .besideS3)
struct S3FaultTests {
    private let service: S3TestService

    init() throws {
        service = try #require(S3TestService.shared)
    }

    private func place(_ bucket: String, _ path: String) -> StorageURL {
        StorageURL(scheme: "s3", authority: bucket, path: ObjectName("/\(path)"))
    }

    private func item(_ top: String, _ path: ObjectName) -> RemovalItem {
        RemovalItem(root: place("plain", top), path: path, kind: .directory, identity: .none)
    }

    private func remover(_ client: S3TestService.Client, _ url: String) -> S3Remover {
        S3Remover(storage: service.storage(client, at: url)) { _ in }
    }

    /// What fails, and for whom: `aws` takes a second to start, `s5cmd` is asked about the middle only.
    private static let listingFaults: [(String, S3TestService.Client)] = [
        ("slowdown:list:1:0", .aws1), ("half:list:1:0", .aws1), ("reset:list:1:0", .aws1),
        ("expired:any:1:0", .aws1), ("error500:list:2:0", .aws1), ("half:list:2:0", .aws1),
        ("error500:list:2:0", .s5cmd), ("half:list:2:0", .s5cmd),
    ]

    @Test(arguments: listingFaults)
    func `law 2: a listing that fails at any page is never complete`(
        rule: String,
        client: S3TestService.Client
    ) throws {
        let top = "fault-list"
        if try service.keys("\(top)/", in: "plain").count < 1100 {
            try service.put((0..<1100).map { ("\(top)/\($0)", []) }, into: "plain")
        }
        let proxy = try S3Proxy(before: service.ceph, [rule], of: service)
        var sink = CollectedListing()
        let outcomes = service.storage(client, at: proxy.url)
            .list([place("plain", top)], into: &sink)
        guard case .incomplete(let errors)? = outcomes.first else {
            Issue.record("\(outcomes), after \(proxy.operations)")
            return
        }
        #expect(!errors.isEmpty)
    }

    @Test func `an object whose body breaks off is not read`() throws {
        let top = "fault-get"
        let body = [UInt8](repeating: 7, count: 20_000)
        try service.put([("\(top)/sp-1/_metadata", body)], into: "plain")
        let proxy = try S3Proxy(before: service.ceph, ["half:get:1:0"], of: service)
        let storage = service.storage(.aws1, at: proxy.url)
        var isRead = false
        var reason: StorageError.Reason?
        storage.read([place("plain", "\(top)/sp-1/_metadata")]) { _, result in
            switch consume result {
            case .success: isRead = true
            case .failure(let error): reason = error.reason
            }
        }
        #expect(!isRead)
        #expect(reason == .failed)
    }

    @Test func `a batch whose answer gets lost is looked up, not believed`() throws {
        let top = "fault-silent"
        try service.put(
            [("\(top)/sp-1/_metadata", [1]), ("\(top)/sp-1/x", [1])],
            into: "plain"
        )
        let proxy = try S3Proxy(before: service.ceph, ["silent:delete:1:0"], of: service)
        // The server deletes all the same: what a fresh listing does not show has gone.
        #expect(remover(.aws1, proxy.url).remove([item(top, "sp-1")])[0] != nil)
        #expect(try service.keys("\(top)/", in: "plain") == ["\(top)/sp-1/x"])
    }

    @Test func `a server that asks to slow down gets its pause, and then the batch`() throws {
        let top = "fault-slow"
        try service.put([("\(top)/sp-1/_metadata", [1]), ("\(top)/sp-1/x", [1])], into: "plain")
        let proxy = try S3Proxy(before: service.ceph, ["slowdown:delete:1:2"], of: service)
        #expect(remover(.aws1, proxy.url).remove([item(top, "sp-1")]) == [nil])
        #expect(try service.keys("\(top)/", in: "plain").isEmpty)
    }

    @Test func `a store without batches is recognised, and served key by key`() throws {
        let top = "fault-md5"
        try service.put([("\(top)/sp-1/_metadata", [1]), ("\(top)/sp-1/x", [1])], into: "plain")
        let proxy = try S3Proxy(before: service.ceph, ["md5:delete:1:0"], of: service)
        #expect(remover(.aws1, proxy.url).remove([item(top, "sp-1")]) == [nil])
        #expect(try service.keys("\(top)/", in: "plain").isEmpty)
        #expect(proxy.operations.filter { $0 == "delete" }.count == 1)
    }

    @Test(arguments: ["errors:delete:1:0", "expired:delete:1:0", "error500:delete:1:0"])
    func `law 5: while metadata do not go, nothing of a snapshot goes`(rule: String) throws {
        let top = "fault-law5-" + rule.prefix { $0 != ":" }
        let keys = ["\(top)/sp-1/_metadata", "\(top)/sp-1/x"]
        try service.put(keys.map { ($0, [1]) }, into: "plain")
        let proxy = try S3Proxy(before: service.ceph, [rule], of: service)
        #expect(remover(.aws1, proxy.url).remove([item(top, "sp-1")])[0] != nil)
        #expect(try service.keys("\(top)/", in: "plain") == keys)
    }

    @Test func `a server that dies between batches leaves no half snapshot that looks whole`()
        throws
    {
        let top = "fault-die"
        let names = (1...2).flatMap { ["\(top)/sp-\($0)/_metadata", "\(top)/sp-\($0)/x"] }
        try service.put(names.map { ($0, [1]) }, into: "plain")
        let proxy = try S3Proxy(before: service.ceph, ["die:delete:2:0"], of: service)
        let results = remover(.aws1, proxy.url).remove([item(top, "sp-1"), item(top, "sp-2")])
        #expect(results.allSatisfy { $0 != nil })
        #expect(try service.keys("\(top)/", in: "plain") == ["\(top)/sp-1/x", "\(top)/sp-2/x"])
        // The next run finishes it.
        let again = remover(.aws1, service.ceph).remove([item(top, "sp-1"), item(top, "sp-2")])
        #expect(again == [nil, nil])
        #expect(try service.keys("\(top)/", in: "plain").isEmpty)
    }
}
