// SPDX-License-Identifier: Apache-2.0

import SnapshotModel
import Storage
import Testing

@testable import S3Storage
@testable import StorageRemoval

/// Which versions of a key are a run's: those that come back, and those that go for good.
struct HiddenVersionTests {
    private static let key = StoredKey("root/sp/x".utf8)

    private func object(_ tag: String) -> TrashedObject {
        let tag = Array(tag.utf8)
        return TrashedObject(
            ListedObject(key: Self.key, size: 1, modified: Instant(seconds: 1), tag: tag)
        )
    }

    /// Versions of the key, the newest first: each by its name, and what tells its content; nil for a
    /// delete marker.
    private func versions(_ versions: [(String, String?)]) -> [ListedVersion] {
        versions.enumerated().map { number, version in
            ListedVersion(
                key: Self.key,
                id: version.0,
                isLatest: number == 0,
                isMarker: version.1 == nil,
                size: version.1 == nil ? 0 : 1,
                modified: Instant(seconds: Int64(100 - number)),
                identity: version.1.map { object($0).identity } ?? .none
            )
        }
    }

    private func entries(_ tag: String, _ markers: [String]) -> [TrashRecord.Entry] {
        [TrashRecord.Entry(path: "sp", object(tag), marker: nil)]
            + markers.map { TrashRecord.Entry(path: "sp", object(tag), marker: $0) }
    }

    // MARK: Coming back

    private func back(
        _ tag: String,
        _ markers: [String],
        _ found: [(String, String?)]
    ) throws(S3Failure) -> [String?] {
        guard let key = HiddenKey(entries(tag, markers)) else { return [] }
        return try key.markers(in: versions(found)).map(\.version)
    }

    @Test func `every marker above what was deleted goes, or none`() throws {
        #expect(try back("a", ["m1"], [("m1", nil), ("v1", "a")]) == ["m1"])
        #expect(try back("a", [], [("m1", nil), ("v1", "a")]) == ["m1"])
        #expect(try back("a", ["m2"], [("m2", nil), ("m1", nil), ("v1", "a")]) == ["m2", "m1"])
        #expect(try back("a", [], [("m2", nil), ("m1", nil), ("v1", "a")]) == ["m2", "m1"])
        let deleted = #expect(throws: S3Failure.self) {
            try back("a", ["m1"], [("m2", nil), ("m1", nil), ("v1", "a")])
        }
        #expect(deleted?.reason == .changed)
    }

    @Test func `only what was deleted may show`() throws {
        #expect(try back("a", ["m1"], [("v1", "a")]) == [])
        for markers in [[], ["m1"]] {
            // Written again since, shown or hidden.
            let shown: [(String, String?)] = [("v2", "b"), ("m1", nil), ("v1", "a")]
            let hidden = [("m2", nil)] + shown
            for found in [shown, hidden, [("v2", "b")]] {
                let written = #expect(throws: S3Failure.self) { try back("a", markers, found) }
                #expect(written?.reason == .alreadyExists)
            }
            let gone = #expect(throws: S3Failure.self) { try back("a", markers, [("m1", nil)]) }
            #expect(gone?.detail.contains("gone from the bucket") ?? false)
            #expect(throws: S3Failure.self) { try back("a", markers, []) }
        }
    }

    // MARK: Going for good

    private func going(
        _ tag: String,
        _ markers: [String],
        _ found: [(String, String?)]
    ) throws(S3Failure) -> Set<String?> {
        let targets = try OldVersionRemoval.targets(0, entries(tag, markers), versions(found))
        return Set(targets.map(\.key.version))
    }

    @Test func `just the version below the run's own marker goes, and that marker`() throws {
        #expect(try going("a", ["m1"], [("m1", nil), ("v1", "a")]) == ["m1", "v1"])
        // What was the same before it was written over is not what the run hid, and stays hidden.
        #expect(try going("a", ["m1"], [("m1", nil), ("v1", "a"), ("v0", "a")]) == ["v1"])
        #expect(try going("a", ["m1"], [("v2", "a"), ("m1", nil), ("v1", "a")]) == ["m1", "v1"])
        // Where another marker hides what is older it is not needed for that.
        let twice: [(String, String?)] = [("m2", nil), ("v2", "a"), ("m1", nil), ("v1", "b")]
        #expect(try going("a", ["m2"], twice) == ["m2", "v2"])
        #expect(try going("b", ["m1"], twice) == ["m1", "v1"])
        // Another marker right below it.
        #expect(try going("a", ["m2"], [("m2", nil), ("m1", nil), ("v1", "a")]) == ["m2", "v1"])
        // What was written in the last moment is what it hid: the version before is not the run's.
        #expect(throws: S3Failure.self) {
            try going("a", ["m1"], [("m1", nil), ("v2", "b"), ("v1", "a")])
        }
        // Emptied before and cut off: what is older was never the run's.
        #expect(try going("a", ["m1"], [("m1", nil), ("v0", "b")]) == [])
    }

    @Test func `what somebody else hid or shows stays`() throws {
        // Brought back by hand, and deleted again by another run.
        #expect(try going("a", ["m1"], [("m2", nil), ("v1", "a")]) == [])
        #expect(try going("a", ["m1"], [("v1", "a")]) == [])
        #expect(try going("a", [], [("v1", "a")]) == [])
    }

    @Test func `without the names of markers nothing goes that might be another's`() throws {
        #expect(try going("a", [], [("m1", nil), ("v1", "a")]) == ["m1", "v1"])
        #expect(throws: S3Failure.self) {
            try going("a", [], [("m2", nil), ("v2", "a"), ("m1", nil), ("v1", "a")])
        }
        // What a removal left that was cut off.
        #expect(try going("a", [], [("m1", nil)]) == ["m1"])
    }
}
