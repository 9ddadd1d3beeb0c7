// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import LocalStorage

@Suite struct `Reading local files` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func read(_ below: ObjectName, roots: [StorageURL] = []) -> Result<
        [UInt8], StorageError
    > {
        var answer: Result<[UInt8], StorageError>?
        LocalStorage(roots: roots).read([directory.url(below)]) { _, result in
            do throws(StorageError) {
                var source = try result.get()
                var bytes = [UInt8](repeating: 0, count: Int(source.length))
                _ = try? bytes.withUnsafeMutableBytes { try source.read(into: $0) }
                answer = .success(bytes)
            } catch {
                answer = .failure(error)
            }
        }
        guard let answer else { preconditionFailure("no answer for \(below)") }
        return answer
    }

    private func reason(_ below: ObjectName, roots: [StorageURL] = []) -> StorageError.Reason? {
        guard case .failure(let error) = read(below, roots: roots) else { return nil }
        return error.reason
    }

    @Test func `bytes come back whatever the name`() throws {
        for name in HostileNames.all {
            try directory.write(name.appending("_metadata"), [1, 2, 3])
            #expect(read(name.appending("_metadata")) == .success([1, 2, 3]))
        }
    }

    @Test func `what is no regular file is refused, and a pipe does not hang`() throws {
        try directory.write("a/real")
        try directory.makePipe("a/pipe")
        try directory.link("a/link", to: "real")
        #expect(reason("a") == .changed)
        #expect(reason("a/pipe") == .changed)
        #expect(reason("a/link") == .changed)
        #expect(reason("a/none") == .notFound)
        #expect(reason("none/none") == .notFound)
    }

    @Test func `below a root no link is followed on the way`() throws {
        try directory.write("real/chk/_metadata", [7])
        try directory.link("way", to: "real")
        let root = directory.url
        #expect(read("real/chk/_metadata", roots: [root]) == .success([7]))
        #expect(reason("way/chk/_metadata", roots: [root]) == .changed)
        // A root's own parents may be links: it is the place that the policy names.
        #expect(read("way/chk/_metadata", roots: [directory.url("way/chk")]) == .success([7]))
        #expect(read("way/chk/_metadata") == .success([7]))
    }

    @Test func `answers come in the order of the questions`() throws {
        try directory.write("a", [1])
        try directory.write("b", [1, 2])
        var lengths: [Int64?] = []
        let places = [directory.url("b"), directory.url("none"), directory.url("a")]
        LocalStorage().read(places) { index, result in
            #expect(index == lengths.count)
            do throws(StorageError) {
                lengths.append(try result.get().length)
            } catch {
                lengths.append(nil)
            }
        }
        #expect(lengths == [2, nil, 1])
    }
}
