// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import S3Storage
import SnapshotModel
import Storage
import Testing

@testable import StorageRemoval

/// What is made of answers that a store gives rarely.
struct S3AnswerTests {
    private let now = Instant(seconds: 1_800_000_000)
    private let root = StorageURL(scheme: "s3", authority: "bucket", path: "/top")

    private func owner(_ token: String, minutes: Int64 = 0) -> LockOwner {
        let time = now.advanced(byNanoseconds: minutes * 60_000_000_000)
        return LockOwner(
            token: token,
            host: "host-\(token)",
            boot: "b",
            process: 1,
            processStart: 1,
            command: "run",
            renewed: time,
            expires: time.advanced(byNanoseconds: 600_000_000_000)
        )
    }

    // MARK: Locks

    /// A store that holds to conditions.
    private static let conditional = """
        key=$(grep -oE -- '--(key|prefix)=[^ ]*' <<<"$*" | sed 's/--[a-z]*=//')
        lock="$HERE/lock-${key//\\//-}"
        tag() { md5sum <"$lock" | cut -c1-32; }
        refuse() {
            echo "An error occurred ($1) when calling the operation: no" >&2
            exit 254
        }
        case "$*" in
        *get-object*)
            [ -e "$lock" ] || refuse NoSuchKey
            cp "$lock" "${@: -1}"
            printf '"%s"\t%s\n' "$(tag)" "$(stat -c %s "$lock")" ;;
        *put-object*)
            for word in "$@"; do [[ $word != --body=* ]] || body=${word#--body=}; done
            if [[ $* == *--if-none-match* ]]; then
                [ ! -e "$lock" ] || refuse PreconditionFailed
            else
                [[ $* == *"--if-match=$(tag)"* || -n $ignores ]] || refuse PreconditionFailed
            fi
            cp "$body" "$lock"
            [ ! -e "$HERE/lose" ] || { rm "$HERE/lose"; refuse InternalError; }
            [ -z "$twice" ] || refuse PreconditionFailed
            echo "\"$(tag)\"" ;;
        *--max-keys*) echo 1 ;;
        *LastModified,Key*)
            [ ! -e "$lock" ] || printf '["2027-01-15T08:00:00Z","%s"]\\n' "$key"
            echo None ;;
        *)
            [ -e "$lock" ] || { echo null; exit; }
            printf '[["%s",%s,"2027-01-15T08:00:00Z","%s"]]\\n' "$key" "$(stat -c %s "$lock")" "$(tag)" ;;
        esac
        """

    @Test func `law 11: a lock that was put twice by one call is held, renewed and given back`()
        throws
    {
        let store = try ScriptedStore("twice=yes\n\(Self.conditional)")
        let locker = S3Locker(storage: store.storage)
        #expect(try locker.acquire([root], owner: owner("one")).roots == [root])
        try locker.renew([root], owner: owner("one", minutes: 5))
        let other = S3Locker(storage: store.storage)
        #expect(throws: LockError.self) { try other.acquire([root], owner: owner("two")) }
        locker.release([root], owner: owner("one", minutes: 5))
        #expect(try other.acquire([root], owner: owner("two")).roots == [root])
        #expect(throws: LockError.lost(at: root)) {
            try locker.renew([root], owner: owner("one", minutes: 6))
        }
    }

    @Test func `law 11: a store that compares nothing is found out by a later run as well`() throws
    {
        let store = try ScriptedStore("ignores=yes\n\(Self.conditional)")
        let first = S3Locker(storage: store.storage)
        _ = try first.acquire([root], owner: owner("one"))
        first.release([root], owner: owner("one"))
        let second = S3Locker(storage: store.storage)
        _ = try second.acquire([root], owner: owner("two"))
        #expect(second.limits == [root])
        let (calm, third) = (try ScriptedStore(Self.conditional), owner("three"))
        for _ in 0..<2 {
            let locker = S3Locker(storage: calm.storage)
            _ = try locker.acquire([root], owner: third)
            #expect(locker.limits == [])
            locker.release([root], owner: third)
        }
    }

    @Test func `law 11: a lock is its owner's still when the answer to a renewal got lost`() throws
    {
        let store = try ScriptedStore(Self.conditional)
        let locker = S3Locker(storage: store.storage)
        _ = try locker.acquire([root], owner: owner("one"))
        try store.directory.write("lose")
        #expect(throws: LockError.self) {
            try locker.renew([root], owner: owner("one", minutes: 5))
        }
        try locker.renew([root], owner: owner("one", minutes: 6))
        let other = S3Locker(storage: store.storage)
        #expect(throws: LockError.held(by: owner("one", minutes: 6), at: root)) {
            try other.acquire([root], owner: owner("two"))
        }
        locker.release([root], owner: owner("one", minutes: 6))
        #expect(try other.acquire([root], owner: owner("two")).roots == [root])
    }

    @Test func `law 11: who waits for one lock takes the other again that he gave back`() throws {
        let store = try ScriptedStore(Self.conditional)
        let places = ["a", "b"].map { root.appending($0) }
        let (first, second) = (S3Locker(storage: store.storage), S3Locker(storage: store.storage))
        _ = try second.acquire([places[1]], owner: owner("two"))
        #expect(throws: LockError.self) { try first.acquire(places, owner: owner("one")) }
        second.release([places[1]], owner: owner("two"))
        #expect(try first.acquire(places, owner: owner("one")).roots == places)
    }

    @Test func `law 11: roots of one directory share a lock, and those held alone are seen`() throws
    {
        let store = try ScriptedStore(Self.conditional)
        let roots = ["a", "b", "c"].map { root.appending($0) }
        let (first, second) = (S3Locker(storage: store.storage), S3Locker(storage: store.storage))
        let other = owner("two")
        // One of them is held alone: nobody sees that before `check`.
        _ = try second.acquire([roots[1]], owner: other)
        let taken = try first.acquire(roots, sharing: [root], owner: owner("one"))
        #expect(taken.roots == roots && taken.unlooked == roots)
        #expect(throws: LockError.held(by: other, at: roots[1])) {
            try first.check(taken.unlooked, owner: owner("one"))
        }
        second.release([roots[1]], owner: other)
        try first.check(taken.unlooked, owner: owner("one"))
        let names = try FileManager.default.contentsOfDirectory(atPath: store.directory.path)
        #expect(names.count { $0.hasPrefix("lock-") } == 2)
        // Now each of them is locked from above.
        #expect(throws: LockError.held(by: owner("one"), at: root)) {
            try second.acquire([roots[2]], owner: other)
        }
        try first.renew(roots, owner: owner("one"))
        first.release(roots, owner: owner("one"))
        #expect(try second.acquire([roots[2]], owner: other).roots == [roots[2]])
    }

    // MARK: Versions

    /// A bucket that says that it keeps versions, with two savepoints.
    ///
    /// - Parameters:
    ///   - marker: How it calls the marker that deleting leaves.
    ///   - versions: What it lists of versions afterwards.
    ///   - isSilent: Whether its answers to deletions get lost.
    ///   - put: How it calls the version of what is put.
    /// - Returns: The bucket.
    /// - Throws: What keeps the script from being written.
    private func bucket(
        marker: String,
        versions: String,
        isSilent: Bool = false,
        put: String = "v0"
    ) throws -> ScriptedStore {
        try ScriptedStore(
            """
            time='"2026-11-22T21:51:41Z"' tag='"e"'
            case "$*" in
            *get-bucket-versioning*) echo Enabled ;;
            *put-object*) echo '\(put)' ;;
            *list-object-versions*) \(versions) ;;
            *list-objects*)
                for sp in sp-1 sp-2; do
                    [[ $* != *--prefix=top/sp-* || $* == *"--prefix=top/$sp/"* ]] || continue
                    for name in _metadata x; do
                        grep -qsx "top/$sp/$name" "$HERE/deleted" ||
                            echo "[[\\"top/$sp/$name\\",1,$time,$tag]]"
                    done
                done
                echo null ;;
            *delete-objects*)
                for word in "$@"; do [[ $word != --delete=* ]] || body=${word#--delete=file://}; done
                grep -o 'top/[^"]*' "$body" | tee -a "$HERE/deleted" |
                    sed 's/.*/["&",\(marker)]/' >"$HERE/answer"
                echo "$AWS_MAX_ATTEMPTS" >>"$HERE/tries"
                \(isSilent ? "exit 1" : "cat \"$HERE/answer\"") ;;
            esac
            """
        )
    }

    private var items: [RemovalItem] {
        ["sp-1", "sp-2"].map { name in
            RemovalItem(root: root, path: name, kind: .directory, identity: .none)
        }
    }

    @Test(arguments: [("null", false), (#""null""#, false), ("null", true)])
    func `of a bucket that does not keep what it says one object goes, and nothing more`(
        marker: String,
        isSilent: Bool
    ) throws {
        let store = try bucket(marker: marker, versions: "echo None", isSilent: isSilent)
        let remover = S3Remover(storage: store.storage) { _ in }
        #expect(store.storage.trash(at: root) == .kept)
        let results = remover.moveToTrash(items, run: "run-1")
        #expect(store.lines(of: "deleted") == ["top/sp-1/_metadata"])
        #expect(store.lines(of: "tries") == ["3"])
        #expect(results[0]?.detail.contains("top/sp-1/_metadata\": it is gone for good") ?? false)
        #expect(results[1]?.detail.contains("kept none of what was deleted") ?? false)
        #expect(results.allSatisfy { $0?.hint.contains("versioning") ?? false }, "\(results)")
        // Nobody relies on it any more.
        guard case .unknown = store.storage.trash(at: root) else {
            Issue.record("the trash is still believed in")
            return
        }
        #expect(remover.moveToTrash(items, run: "run-1").allSatisfy { $0 != nil })
        #expect(store.lines(of: "deleted").count == 1)
    }

    @Test(arguments: ["None", "null"], [false, true])
    func `where what is written down is no version itself nothing goes at all (law 4)`(
        put: String,
        isListed: Bool
    ) throws {
        // Listed under the name that an object has where none are kept, or not at all.
        let line = #"[\"$key\",\"null\",true,1,$time,$tag]"#
        let versions = """
            key=$(grep -oE -- '--prefix=[^ ]*' <<<"$*" | sed 's/--prefix=//')
            \(isListed ? "echo \"\(line)\"" : "echo None")
            """
        let store = try bucket(marker: #""m1""#, versions: versions, put: put)
        let remover = S3Remover(storage: store.storage) { _ in }
        let results = remover.moveToTrash(items, run: "run-1")
        #expect(results.allSatisfy { $0?.detail.contains("none of what was put there") ?? false })
        #expect(results.allSatisfy { $0?.hint.contains("versioning") ?? false }, "\(results)")
        #expect(store.lines(of: "deleted").isEmpty)
        #expect(remover.moveToTrash(items, run: "run-1").allSatisfy { $0 != nil })
        #expect(store.lines(of: "deleted").isEmpty)
    }

    @Test func `a store that does not say which version it put is looked at`() throws {
        let versions = """
            key=$(grep -oE -- '--prefix=[^ ]*' <<<"$*" | sed 's/--prefix=//')
            echo "[\\"$key\\",\\"v7\\",true,1,$time,$tag]"
            """
        let store = try bucket(marker: #""m1""#, versions: versions, put: "None")
        let remover = S3Remover(storage: store.storage) { _ in }
        #expect(remover.moveToTrash(items, run: "run-1") == [nil, nil])
        #expect(store.lines(of: "deleted").count == 4)
    }

    @Test func `law 2: a client that prints no versions and ends well has said nothing`()
        throws
    {
        let prefix = try #require(KeyPrefix(root))
        let silent = try bucket(marker: "null", versions: "exit 0")
        #expect(throws: S3Failure("the listing has no end: nothing was printed")) {
            try silent.storage.calls.versions(below: prefix)
        }
        let empty = try bucket(marker: "null", versions: "echo None")
        #expect(try empty.storage.calls.versions(below: prefix).isEmpty)
    }

    @Test(arguments: [
        ("Enabled", true), ("None", false), ("Suspended", false), ("", nil), ("Ena", nil),
    ])
    func `law 4: whether a bucket keeps versions is told by a whole word alone`(
        answer: String,
        keeps: Bool?
    ) throws {
        let store = try ScriptedStore("printf '%s' '\(answer)'")
        #expect((try? store.storage.calls.keepsVersions("bucket")) == keeps)
    }

    @Test func `what shows still is not said to have gone`() throws {
        let versions = """
            for sp in sp-1 sp-2; do for name in _metadata x; do
                echo "[\\"top/$sp/$name\\",\\"v1\\",true,1,$time,$tag]"
            done; done
            """
        let store = try bucket(marker: "null", versions: versions)
        let remover = S3Remover(storage: store.storage) { _ in }
        let results = remover.moveToTrash(items, run: "run-1")
        #expect(results.first??.detail.contains("it is still there") ?? false, "\(results)")
        #expect(results.allSatisfy { $0 != nil })
    }

    @Test func `of a store that does not name its markers what lies below them is looked for`()
        throws
    {
        let versions = """
            for sp in sp-1 sp-2; do for name in _metadata x; do
                key="\\"top/$sp/$name\\""
                echo "[$key,\\"v1\\",false,1,$time,$tag]"
                echo "[$key,\\"m1\\",true,-1,$time]"
            done; done
            """
        let store = try bucket(marker: "null", versions: versions)
        let remover = S3Remover(storage: store.storage) { _ in }
        #expect(remover.moveToTrash(items, run: "run-1") == [nil, nil])
        #expect(store.lines(of: "deleted").count == 4)
    }
}
