// SPDX-License-Identifier: Apache-2.0

import JanitorTestSupport
import SnapshotModel
import Storage
import Testing

@testable import S3Storage

/// What a listing shows of a savepoint of which a run hid `_metadata`, and then no more.
struct HalfHiddenListingTests {
    private static let root = StorageURL(scheme: "s3", authority: "bucket", path: "/top")
    private static let time = "2026-11-22T21:51:41Z"
    private static let hidden: ObjectName = ".janitor-trash/run-1/sp-1/_metadata"

    /// A bucket in which the record of the run is shown, or is not there at all.
    private func store(
        showsRecord: Bool = true,
        _ trashed: TrashedPlaces
    ) throws -> ScriptedStore {
        let time = try #require(Instant(Self.time))
        let entries = ["_metadata", "x"].map { name in
            let key = StoredKey("top/sp-1/\(name)".utf8)
            let object = ListedObject(key: key, size: 1, modified: time, tag: Array("e".utf8))
            return TrashRecord.Entry(path: "sp-1", TrashedObject(object), marker: nil)
        }
        let record = TrashRecord(entries: entries).encoded
        let name = TrashRecord.name("keys", of: record)
        let key = "top/.janitor-trash/run-1/\(name)"
        let store = try ScriptedStore(
            """
            time='"\(Self.time)"' tag='"e"'
            case "$*" in
            *get-object*) cp "$HERE/record" "${@: -1}"; printf '"e"\\t\(record.count)\\n' ;;
            *list-object-versions*)
                echo "$*" >>"$HERE/versions"
                echo "[\\"top/sp-1/_metadata\\",\\"v1\\",false,1,$time,$tag]"
                echo "[\\"top/sp-1/x\\",\\"v1\\",true,1,$time,$tag]"
                echo "[\\"top/sp-1/_metadata\\",\\"m1\\",true,-1,$time]" ;;
            *list-objects*)
                echo "[[\\"top/sp-1/x\\",1,$time,$tag]]"
                \(showsRecord ? #"echo "[[\"\#(key)\",1,$time,$tag]]""# : "") ;;
            esac
            """,
            trashed: trashed
        )
        try store.directory.write("record", record)
        return store
    }

    private func list(_ storage: S3Storage) -> ([ObjectName], ListingOutcome?) {
        var sink = CollectedListing()
        let outcomes = storage.list([Self.root], into: &sink)
        return (sink.entries.map(\.path), outcomes.first)
    }

    private static func trashed(isHalf: Bool = true) -> TrashedPlaces {
        let move = TrashedPlaces.Move(place: root.appending("sp-1"), root: root, run: "run-1")
        return TrashedPlaces(
            isHalf ? [] : [move],
            halves: isHalf ? [move] : [],
            knownRuns: ["run-1"]
        )
    }

    @Test func `law 2: what is hidden of it lies in the trash, and nothing else`() throws {
        let store = try store(Self.trashed())
        let (paths, outcome) = list(store.storage)
        #expect(outcome == .complete)
        #expect(paths.contains(Self.hidden) && paths.contains("sp-1/x"), "\(paths)")
        #expect(!paths.contains(".janitor-trash/run-1/sp-1/x"))
    }

    @Test func `nothing of it is shown, nor asked for, where its run does not count`() throws {
        let store = try store(Self.trashed())
        let (paths, outcome) = list(store.storage.withoutTrash(of: ["run-1"]))
        #expect(outcome == .complete)
        #expect(!paths.contains(Self.hidden) && paths.contains("sp-1/x"))
        #expect(store.lines(of: "versions").isEmpty)
    }

    /// Nothing goes that was not written down before.
    @Test func `nothing of it is hidden where nothing was written down`() throws {
        let half = try store(showsRecord: false, Self.trashed())
        #expect(list(half.storage).1 == .complete)
        // Of what a journal has in the trash as a whole that is not known.
        let whole = try store(showsRecord: false, Self.trashed(isHalf: false))
        guard case .incomplete? = list(whole.storage).1 else {
            Issue.record("what nothing tells of is taken for known")
            return
        }
    }
}
