// SPDX-License-Identifier: Apache-2.0

public import CommandRunning
public import SnapshotModel
public import Storage

/// S3 and what speaks like it, by the operator's command line: the half that only looks.
///
/// A store of keys has no directories: those of a listing are what keys have in common. Keys that a
/// `StorageURL` cannot name, because they hold `//` or because the listing does not tell their bytes,
/// are listed as `other`: nobody takes them for a file, and nothing that holds one is removed.
///
/// One value serves all places of its settings; it remembers what its listings showed.
public struct S3Storage: StorageReader {
    package let calls: S3Calls
    let notes = ListingNotes()
    let fresh: FreshListings
    package let versions = BucketVersions()
    /// What runs wrote down about what they deleted.
    package let records: TrashRecords
    var trashed: @Sendable () throws -> TrashedPlaces
    let trashedMetadata = TrashedMetadata()
    /// What is written down for nobody any more.
    package let leftRecords = LeftRecords()

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - calls: Makes the calls.
    ///   - clock: Tells how old a listing is.
    ///   - copies: A directory in which copies of what is written down about the trash are kept, so
    ///     that they need not be read; nil for none.
    ///   - trashed: Tells what earlier runs moved to the trash. What throws is unknown: whatever may
    ///     lie there then makes a listing incomplete.
    public init(
        calls: S3Calls,
        clock: MonotonicClock,
        copies: String? = nil,
        trashed: @escaping @Sendable () throws -> TrashedPlaces = { .none }
    ) {
        self.calls = calls
        self.trashed = trashed
        records = TrashRecords(copiesIn: copies)
        fresh = FreshListings(clock: clock)
    }

    /// Now, by a clock that is never set, to measure how long something took.
    package var now: Duration { fresh.now }

    /// One second, as Amazon keeps them; others keep milliseconds.
    public var timeResolution: Int64 { 1_000_000_000 }

    /// Every place in S3.
    public func serves(_ place: StorageURL) -> Bool { place.schemeFamily == "s3" }

    /// Whether the bucket keeps versions: then a delete marker can be taken away again.
    public func trash(at root: StorageURL) -> RootTrash {
        guard let prefix = KeyPrefix(root) else { return .absent }
        do throws(S3Failure) {
            return try versions.areKept(in: prefix.bucket, calls) ? .kept : .absent
        } catch {
            let bucket = StorageURL(scheme: root.scheme, authority: root.authority, path: "/")
            return .unknown(
                StorageError(
                    error.reason,
                    action: "ask for the versioning of",
                    place: bucket,
                    detail: error.detail,
                    hint: "allow s3:GetBucketVersioning, or give up the undo by \"trash\": \"0d\""
                )
            )
        }
    }

    /// What was deleted stands under delete markers, and nothing is moved anywhere.
    public var hasTrashElsewhere: Bool { true }

    /// Old versions are compared one by one by whoever takes them.
    public var showsTrash: Bool { false }

    /// None: a store of keys has no links.
    public func symbolicLinks(
        in directory: StorageURL
    ) throws(StorageError) -> [ObjectName] { [] }

    /// Names what lies directly below a place and has more below itself.
    public func subdirectories(
        of directory: StorageURL
    ) throws(StorageError) -> [ObjectName] {
        guard let prefix = KeyPrefix(directory) else { throw noStore(directory, "list") }
        do throws(S3Failure) {
            guard let found = try calls.namesBelow(prefix) else {
                throw S3Failure("no key begins with it", reason: .notFound)
            }
            guard found.isExact else {
                let detail = "a name in it cannot be known exactly"
                throw S3Failure(detail, reason: .unusableName)
            }
            let names = Set(found.names)
            notes.note(prefix, children: names.count)
            return names.sorted()
        } catch {
            throw error.error(action: "list", place: directory)
        }
    }

    /// Lists everything below roots; many of them by one listing of what they have in common, where
    /// that is cheaper.
    ///
    /// What lies in the trash comes as the records in the roots tell of it.
    public func list(
        _ roots: [StorageURL],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        var outcomes = [ListingOutcome](repeating: .absent, count: roots.count)
        var trash = TrashListing(roots)
        var prefixes: [(root: Int, prefix: KeyPrefix)] = []
        for (root, place) in roots.enumerated() {
            if let prefix = KeyPrefix(place) {
                prefixes.append((root, prefix))
            } else {
                outcomes[root] = .incomplete([noStore(place, "list")])
            }
        }
        let kept = Set(prefixes.filter { notes.isRequestedAbove($0.prefix) }.map(\.root))
        notes.noteRequest(prefixes.filter { !kept.contains($0.root) }.map(\.prefix))
        prefixes.removeAll { root, prefix in
            guard let objects = fresh.expectedObjects(below: prefix) else { return false }
            for object in objects {
                let path = object.key.bytes[prefix.bytes.count...]
                trash.note(object, at: path, root: root)
                give(object, at: path, root: root, to: &sink)
            }
            outcomes[root] = objects.isEmpty ? .absent : .complete
            return true
        }
        for group in ListingGroup.groups(of: prefixes, notes: notes) {
            list(group, roots, keeping: kept, into: &sink, &outcomes, &trash)
        }
        list(trash, into: &sink, &outcomes)
        return outcomes
    }

    private func list(
        _ group: ListingGroup,
        _ roots: [StorageURL],
        keeping kept: Set<Int>,
        into sink: inout some ListingSink,
        _ outcomes: inout [ListingOutcome],
        _ trash: inout TrashListing
    ) {
        var finder = RootFinder(group.roots)
        var looked = fresh.begin(
            below: group.prefix,
            keeping: group.roots.filter { kept.contains($0.root) }.map(\.prefix)
        )
        var count = 0
        var metadata: [ListedObject] = []
        var isSeen: Set<Int> = []
        do throws(S3Failure) {
            try calls.list(group.prefix) { object in
                count += 1
                if object.key.lastComponent.elementsEqual(ListingNotes.metadataName) {
                    metadata.append(object)
                }
                guard let (root, length) = finder.root(of: object.key) else { return }
                isSeen.insert(root)
                looked.add(object)
                trash.note(object, at: object.key.bytes[length...], root: root)
                give(object, at: object.key.bytes[length...], root: root, to: &sink)
            }
            notes.note(group.prefix, count: count, metadata: metadata)
            fresh.keep(looked)
            for (root, _) in group.roots {
                outcomes[root] = isSeen.contains(root) ? .complete : .absent
            }
        } catch {
            for (root, _) in group.roots {
                outcomes[root] = .incomplete([error.error(action: "list", place: roots[root])])
            }
        }
    }

    private func give(
        _ object: ListedObject,
        at path: ArraySlice<UInt8>,
        root: Int,
        to sink: inout some ListingSink
    ) {
        give(TrashedObject(object), isExact: object.isExact, at: path, root: root, to: &sink)
    }

    func give(
        _ object: TrashedObject,
        isExact: Bool,
        at path: ArraySlice<UInt8>,
        root: Int,
        to sink: inout some ListingSink
    ) {
        let slash = UInt8(ascii: "/")
        let isMarker = object.size == 0 && (path.isEmpty || path.last == slash)
        let name = isMarker ? path.dropLast() : path
        let isPlain =
            isExact && name.first != slash && name.last != slash && !name.holdsTwoSlashes
        let kind: ObjectKind = !isPlain ? .other : isMarker ? .directory : .file
        (isPlain ? name : path).withUnsafeBufferPointer { bytes in
            sink.receive(
                root: root,
                path: bytes.span,
                kind: kind,
                size: kind == .file ? object.size : 0,
                modified: object.modified,
                identity: kind == .file ? object.identity : .none
            )
        }
    }

    /// Sums what delete markers hide and what was written over, where the bucket keeps versions.
    public func oldVersions(
        below root: StorageURL
    ) throws(StorageError) -> (count: Int, bytes: Int64)? {
        guard let prefix = KeyPrefix(root) else { return nil }
        do throws(S3Failure) {
            guard try versions.areKept(in: prefix.bucket, calls) else { return nil }
            var sum: (count: Int, bytes: Int64) = (0, 0)
            try calls.eachVersion(below: prefix) { version in
                guard !version.isLatest, !version.isMarker else { return }
                sum.count += 1
                sum.bytes.add(bytes: version.size)
            }
            return sum
        } catch {
            throw error.error(action: "list the old versions of", place: root)
        }
    }

    /// Keeps what the next listing shows below places, as far as there is room, and answers from it
    /// when it is asked to list them within a minute.
    public func expect(_ places: [StorageURL]) {
        fresh.expect(places.compactMap(KeyPrefix.init))
    }

    /// Reads objects into files of a private directory, many in one call where that is cheaper; what
    /// lies in the trash version by version.
    public func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        var next = 0
        while next < objects.count {
            let isTrashed = trashedMetadata.object(at: objects[next]) != nil
            let end =
                objects[next...].firstIndex {
                    (trashedMetadata.object(at: $0) != nil) != isTrashed
                } ?? objects.count
            let part = Array(objects[next..<end])
            let start = next
            if isTrashed {
                readTrashed(part) { receive(start + $0, $1) }
            } else {
                var download = S3Download(calls: calls, notes: notes, objects: part)
                download.run { receive(start + $0, $1) }
            }
            next = end
        }
    }

    private func noStore(_ place: StorageURL, _ action: String) -> StorageError {
        StorageError(.unusableName, action: action, place: place, detail: "it names no bucket")
    }
}

extension S3Failure {
    /// The failure as a store's error with a place.
    package func error(action: String, place: StorageURL) -> StorageError {
        StorageError(reason, action: action, place: place, detail: detail, hint: hint)
    }
}

extension ArraySlice<UInt8> {
    fileprivate var holdsTwoSlashes: Bool {
        var last: UInt8 = 0
        for byte in self {
            if byte == UInt8(ascii: "/"), last == byte { return true }
            last = byte
        }
        return false
    }
}
