// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import LocalStorage
import SnapshotModel
import Storage
import Testing

@testable import ListingFiles

@Suite struct HadoopListingTests {
    private static let image = """
        Path\tReplication\tModificationTime\tAccessTime\tPreferredBlockSize\tBlocksCount\tFileSize\t\
        NSQUOTA\tDSQUOTA\tPermission\tUserName\tGroupName
        /\t0\t2026-11-22 22:27\t1970-01-01 00:00\t0\t0\t0\t9\t-1\trwxr-xr-x\troot\tg
        /f\t0\t2026-11-22 22:13\t1970-01-01 00:00\t0\t0\t0\t-1\t-1\trwxr-xr-x\troot\tg
        /f/a\tb\t0\t2026-11-22 22:13\t1970-01-01 00:00\t0\t0\t0\t-1\t-1\trwxr-xr-x\troot\tg
        /f/a\tb/_metadata\t3\t2026-11-22 22:14\t2026-11-22 22:14\t134217728\t1\t77\t0\t0\trw-r--r--\troot\tg

        """
    private static let shell = """
        drwxr-xr-x   - root g          0 2026-11-22 22:13 /f/a\tb
        -rw-r--r--   3 root g         77 2026-11-22 22:14 /f/a\tb/_metadata

        """

    private func list(
        _ text: String,
        _ roots: [String]
    ) throws -> (CollectedListing, [ListingOutcome]) {
        let directory = try TemporaryDirectory()
        try directory.write("listing", Array(text.utf8))
        let reader = ListingFileReader(
            "\(directory.path)/listing",
            live: LocalStorage(),
            memory: ListingMemory()
        )
        var sink = CollectedListing()
        let places = roots.compactMap { StorageURL(parsing: ObjectName($0)) }
        let outcomes = reader.list(places, into: &sink)
        return (sink, outcomes)
    }

    @Test func `reads a saved image, of the one store that is asked about`() throws {
        let (listing, outcomes) = try list(Self.image, ["hdfs://nn:8020/f", "hdfs://nn:8020/g"])
        #expect(outcomes == [.complete, .absent])
        #expect(listing.paths == ["", "a\tb", "a\tb/_metadata"])
        let metadata = try #require(listing["a\tb/_metadata"])
        #expect(metadata.size == 77 && metadata.kind == .file)
        #expect(metadata.modified == Instant("2026-11-22T22:14:00Z"))
        #expect(listing["a\tb"]?.kind == .directory)
    }

    @Test func `reads what the shell printed, which says nothing of other directories`() throws {
        let (listing, outcomes) = try list(Self.shell, ["hdfs:///f", "hdfs:///g"])
        #expect(outcomes.first == .complete)
        guard case .incomplete = outcomes.last else {
            Issue.record("it cannot speak of \(outcomes)")
            return
        }
        #expect(listing.paths == ["a\tb", "a\tb/_metadata"])
    }

    @Test(arguments: [image, shell])
    func `is no proof of anything on a local disk, or where it is damaged`(text: String) throws {
        for (text, root) in [(text, "file:///f"), (text + "/x\t\n", "hdfs:///f")] {
            let (_, outcomes) = try list(text, [root])
            guard case .incomplete = outcomes.first else {
                Issue.record("it cannot speak of \(root): \(outcomes)")
                continue
            }
        }
        let (_, cut) = try list(String(text.dropLast(5)), ["hdfs:///f"])
        guard case .incomplete = cut.first else {
            Issue.record("it was cut short: \(cut)")
            return
        }
    }

    @Test(arguments: [image, shell])
    func `metadata read live have the minute that the listing has, and all else as it is`(
        text: String
    ) throws {
        let directory = try TemporaryDirectory()
        try directory.write("listing", Array(text.utf8))
        try directory.write("_metadata", [1, 2, 3])
        let reader = ListingFileReader(
            "\(directory.path)/listing",
            live: LocalStorage(),
            memory: ListingMemory()
        )
        #expect(reader.timeResolution == 60_000_000_000)
        for (live, shown) in [
            ("2026-11-22T22:14:37.250Z", "2026-11-22T22:14:00Z"),
            ("2026-11-22T22:14:00Z", "2026-11-22T22:14:00Z"),
            ("2026-11-22T22:15:00Z", "2026-11-22T22:15:00Z"),
        ] {
            try directory.setModified("_metadata", try #require(Instant(live)))
            reader.read([directory.url("_metadata")]) { _, result in
                guard case .success(let source) = consume result else {
                    Issue.record("it is there")
                    return
                }
                #expect(source.modified == Instant(shown) && source.length == 3)
            }
        }
    }
}
