// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

extension StoreTests {
    @Suite struct ReadingConformanceTests {
        private static let time = Instant(nanoseconds: 1_700_000_000_123_000_000)

        private func tree() throws -> TemporaryDirectory {
            let tree = try TemporaryDirectory()
            for (path, bytes) in [
                ("job/sp one/_metadata", [0x49, 0x60, 0x67, 0x2D, 1]),
                ("job/sp one/state*[x]", [1, 2, 3]),
                ("job/ü/_metadata", [0x49, 0x60, 0x67, 0x2D]),
                ("job/empty file", []),
                ("other/_metadata", [7]),
                ("other/_label.pin", []),
            ] as [(ObjectName, [UInt8])] {
                try tree.write(path, bytes)
                try tree.setModified(path, Self.time)
            }
            try tree.makeDirectory("void")
            return tree
        }

        @Test(arguments: StoreUnderTest.few)
        func `lists everything below many roots, and says which of them are not there`(
            store: StoreUnderTest
        ) throws {
            let filled = try store.fill(try tree())
            let (listing, outcomes) = filled.list("job", "no*such", "void")
            #expect(outcomes == [.complete, .absent, .complete])
            let job = listing.entries.filter { $0.root == 0 }
            #expect(
                job.map(\.path).sorted() == [
                    "", "empty file", "sp one", "sp one/_metadata", "sp one/state*[x]", "ü",
                    "ü/_metadata",
                ]
            )
            let metadata = try #require(job.first { $0.path == "sp one/_metadata" })
            #expect(metadata.kind == .file && metadata.size == 5)
            #expect(filled.isTime(metadata.modified, of: Self.time, step: 1))
            let state = try #require(job.first { $0.path == "sp one/state*[x]" })
            #expect(filled.isTime(state.modified, of: Self.time))
            #expect(job.first { $0.path == "ü" }?.kind == .directory)
            #expect(listing.entries.filter { $0.root == 2 }.map(\.path) == [""])

            // Listed again, nothing is other than it was.
            let (again, _) = filled.list("job", "no*such", "void")
            #expect(Set(again.entries) == Set(listing.entries))

            let found = filled.reader.subdirectories(
                ofEach: ["job", "void", "nowhere", "other/_metadata"].map {
                    filled.root.appending($0)
                }
            )
            #expect(try found[0].get() == ["sp one", "ü"])
            #expect(try found[1].get() == [])
            #expect(throws: StorageError.self) { try found[2].get() }
            if case .failure(let error) = found[2] { #expect(error.reason == .notFound) }
            #expect(throws: StorageError.self) { try found[3].get() }
        }

        @Test(arguments: StoreUnderTest.few)
        func `reads many objects and answers for each`(store: StoreUnderTest) throws {
            let filled = try store.fill(try tree())
            let paths: [ObjectName] = [
                "job/sp one/_metadata", "job/gone", "job/empty file", "other/_metadata", "job",
                "job/sp one/state*[x]",
            ]
            var read = [Result<[UInt8], StorageError>?](repeating: nil, count: paths.count)
            filled.reader.read(paths.map { filled.root.appending($0) }) { index, result in
                switch consume result {
                case .failure(let error): read[index] = .failure(error)
                case .success(var source):
                    #expect(filled.isTime(source.modified, of: Self.time))
                    var bytes = [UInt8](repeating: 0, count: 16)
                    let count = (try? bytes.withUnsafeMutableBytes { try source.read(into: $0) })
                    read[index] = .success(Array(bytes.prefix(count ?? 0)))
                }
            }
            #expect(try read[0]?.get() == [0x49, 0x60, 0x67, 0x2D, 1])
            #expect(try read[2]?.get() == [])
            // It begins as no metadata do, and is read for what it is.
            #expect(try read[3]?.get() == [7])
            #expect(try read[5]?.get() == [1, 2, 3])
            if case .failure(let error)? = read[1] { #expect(error.reason == .notFound) }
            #expect(throws: StorageError.self) { try read[1]?.get() }
            #expect(throws: StorageError.self) { try read[4]?.get() }

            let status = filled.reader.status(of: paths.prefix(3).map { filled.root.appending($0) })
            #expect(try status[0].get()?.size == 5)
            #expect(try status[1].get() == nil)
            #expect(try status[2].get()?.kind == .file)
        }
    }
}
