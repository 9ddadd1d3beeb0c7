// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel
public import Storage

/// A store of which the listing was made earlier and lies in a file; all else is looked at live.
///
/// Metadata are read from the store itself: those that are gone, or have another length or time
/// than the listing says, are as unknown as metadata that cannot be read. A file that is cut short,
/// damaged or of no known format is an incomplete listing of every root, and so is a root of which
/// the file does not speak.
public struct ListingFileReader: StorageReader {
    private let path: String
    private let live: any StorageReader
    private let memory: ListingMemory

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - live: The reader of the store that was listed.
    ///   - memory: Shared by all readers of the same file.
    public init(_ path: String, live: any StorageReader, memory: ListingMemory) {
        self.path = path
        self.live = live
        self.memory = memory
    }

    /// The coarser of the store's and the format's step.
    public var timeResolution: Int64 {
        max(live.timeResolution, ListingFile(path).format?.timeResolution ?? 1)
    }

    /// As the live reader has it.
    public var hasTrashElsewhere: Bool { live.hasTrashElsewhere }

    /// As the live reader has it.
    public var showsTrash: Bool { live.showsTrash }

    /// As the live reader has it.
    public func trash(at root: StorageURL) -> RootTrash { live.trash(at: root) }

    /// As the live reader has it.
    public var trashLimit: String? { live.trashLimit }

    /// As the live reader has it.
    public func oldVersions(
        below root: StorageURL
    ) throws(StorageError) -> (count: Int, bytes: Int64)? { try live.oldVersions(below: root) }

    /// As the live reader has it.
    public func placesWithoutRecord(
        _ places: [StorageURL],
        of run: ObjectName,
        below root: StorageURL
    ) throws(StorageError) -> [StorageURL] {
        try live.placesWithoutRecord(places, of: run, below: root)
    }

    /// As the live reader has it.
    public func runsWithoutTrash(below root: StorageURL) -> Set<ObjectName> {
        live.runsWithoutTrash(below: root)
    }

    /// As the live reader has it.
    public func expect(_ places: [StorageURL]) { live.expect(places) }

    /// Whatever the live reader serves.
    public func serves(_ place: StorageURL) -> Bool { live.serves(place) }

    /// Gives what the file says of the roots; of places that it gave before, what the store says.
    ///
    /// Whoever looks a second time wants to know what happened since.
    public func list(
        _ roots: [StorageURL],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        if memory.note(roots) { return live.list(roots, into: &sink) }
        var matcher = RootMatcher(roots)
        var covered: [Int] = []
        var outcomes = [ListingOutcome?](repeating: nil, count: roots.count)
        var isSeen = [Bool](repeating: false, count: roots.count)
        var doubles: ListingFault?
        let fault = ListingFile(path).read { statement in
            switch statement {
            case .root(let place):
                covered = matcher.enter(place)
                if covered.contains(where: { outcomes[$0] != nil }) {
                    doubles = ListingFault("it lists \"\(place)\" twice")
                }
                for number in covered { outcomes[number] = .incomplete([]) }
            case .end(let outcome):
                for number in covered { outcomes[number] = outcome }
            case .object(let path, let kind, let size, let modified):
                guard let (root, skipped) = matcher.match(path) else { return }
                isSeen[root] = true
                let below = UnsafeRawBufferPointer(rebasing: path[skipped...])
                sink.receive(
                    root: root,
                    path: below.bindMemory(to: UInt8.self).span,
                    kind: kind,
                    size: size,
                    modified: modified,
                    identity: .none
                )
            }
        }
        return roots.indices.map { number in
            if let fault = fault ?? doubles {
                return .incomplete([error(fault.message, roots[number])])
            }
            switch outcomes[number] {
            case .complete?: return isSeen[number] ? .complete : .absent
            case .absent?: return .absent
            case .incomplete?:
                return .incomplete([error("it is not complete there", roots[number])])
            case nil: return .incomplete([error("it does not speak of this root", roots[number])])
            }
        }
    }

    private func error(_ why: String, _ root: StorageURL) -> StorageError {
        let detail = "the listing \"\(path)\" is no proof of what is there: \(why)"
        return StorageError(
            .failed,
            action: "list",
            place: root,
            detail: detail,
            hint: "make it anew: janitor list --save-listing FILE"
        )
    }

    /// Names directories as the file has them, or as the store has where the file does not say.
    public func subdirectories(
        of directory: StorageURL
    ) throws(StorageError) -> [ObjectName] {
        guard let found = memory.entries(of: directory, in: path) else {
            return try live.subdirectories(of: directory)
        }
        return found.directories
    }

    /// Names links as the file has them, or as the store has where the file does not say.
    public func symbolicLinks(
        in directory: StorageURL
    ) throws(StorageError) -> [ObjectName] {
        guard let found = memory.entries(of: directory, in: path) else {
            return try live.symbolicLinks(in: directory)
        }
        return found.links
    }

    /// Opens objects in the store itself.
    public func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        let step = ListingFile(path).format?.timeResolution ?? 1
        live.read(objects) { index, result in
            switch consume result {
            case .failure(let error) where error.reason == .notFound:
                // Listed and gone: whatever replaced it is not in this listing.
                let why = "it was listed and is not there any more: \(error.detail)"
                receive(
                    index,
                    .failure(
                        StorageError(.changed, action: "read", place: error.place, detail: why)
                    )
                )
            case .failure(let error): receive(index, .failure(error))
            case .success(var source):
                // As the file has it, so that it can be told whether it is the same.
                let rest = source.modified.nanoseconds % step
                source.modified = source.modified.advanced(byNanoseconds: -rest)
                receive(index, .success(source))
            }
        }
    }
}
