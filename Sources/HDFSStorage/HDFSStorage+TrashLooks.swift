// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import SnapshotModel
internal import Storage

/// Looking at what lies in a trash where everybody but the shell has it: below
/// `<root>/.janitor-trash/<run>`.
extension HDFSStorage {
    /// Lists directories in the trash, whatever they are called there now.
    ///
    /// The trash may have been rolled since it was listed with all the rest, so that they are looked for
    /// again; times are exact as where they came from, so that what lies in them can be compared.
    ///
    /// - Parameters:
    ///   - places: All in the trash.
    ///   - positions: Under what numbers the sink gets them.
    ///   - sink: Gets what lies in them.
    /// - Returns: The outcome for each place.
    func listInTrash(
        _ places: [StorageURL],
        _ positions: [Int],
        into sink: inout some ListingSink
    ) -> [ListingOutcome] {
        var outcomes = [ListingOutcome](repeating: .absent, count: places.count)
        var open: [(position: Int, copy: TrashCopy)] = []
        for (position, result) in find(places).enumerated() {
            switch result {
            case .success(let copy):
                open.append((position, copy))
                outcomes[position] = .complete
            case .failure(let error) where error.reason == .notFound: continue
            case .failure(let error): outcomes[position] = .incomplete([error])
            }
        }
        var entries: [CopyEntry] = []
        if let failure = readCopies(open.map(\.copy), into: &entries) {
            for (position, _) in open {
                outcomes[position] = .incomplete([failure.error("list", places[position])])
            }
            return outcomes
        }
        let times = exactTimes(of: entries.filter(\.isMetadata), open.map { places[$0.position] })
        let byCopy = Dictionary(grouping: entries, by: \.copy)
        for (number, (position, _)) in open.enumerated() {
            let handing = Handing(place: places[position], root: positions[position], times: times)
            let errors = handing.handOn(byCopy[number] ?? [], into: &sink)
            if !errors.isEmpty { outcomes[position] = .incomplete(errors) }
        }
        return outcomes
    }

    /// Finds what lies in the trash, and keeps what the shell calls it.
    private func find(_ places: [StorageURL]) -> [Result<TrashCopy, StorageError>] {
        let trashed = places.map(TrashedPlace.init)
        var found = copies(of: trashed.compactMap { $0.map { ($0.home, $0.run) } }).makeIterator()
        return zip(places, trashed).map { place, trashed in
            guard trashed != nil, let result = found.next() else {
                let detail = "it is no place in the trash"
                return .failure(
                    StorageError(.failed, action: "look at", place: place, detail: detail)
                )
            }
            if case .success(let copy) = result {
                trashNames.note(place.path, printed: copy.printed)
            }
            return result
        }
    }

    /// Looks at files and directories in the trash; times are in whole minutes.
    func statusInTrash(
        _ places: [StorageURL]
    ) -> [Result<ObjectStatus?, StorageError>] {
        find(places).map { result in
            switch result {
            case .success(let copy): .success(copy.status)
            case .failure(let error) where error.reason == .notFound: .success(nil)
            case .failure(let error): .failure(error)
            }
        }
    }

    /// Lists what lies in copies, with one `-ls -R`.
    ///
    /// - Returns: Why that is not known; nil where it is.
    private func readCopies(_ copies: [TrashCopy], into entries: inout [CopyEntry]) -> ShellFailure?
    {
        guard !copies.isEmpty else { return nil }
        let numbers = Dictionary(
            copies.enumerated().map { ($0.element.printed, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        let paths = copies.map { ShellPath.escaped($0.printed) }
        do throws(CommandError) {
            let invocation = try shell.invocation(["-ls", "-R"])
            for range in sealedBatches(paths, of: invocation) {
                do throws(ShellFailure) {
                    let looked = try lookSealed(invocation, paths[range])
                    guard looked.answer.isClean, looked.spool.endsWhole else {
                        return ShellFailure(detail: looked.answer.complaints.lines.last ?? "")
                    }
                    var isSound = true
                    let isRead = looked.spool.eachLine { bytes in
                        guard let entry = CopyEntry(bytes, numbers) else { return isSound = false }
                        entries.append(entry)
                    }
                    guard isRead, isSound else {
                        return ShellFailure(detail: "a line of its listing cannot be parsed")
                    }
                } catch {
                    return error
                }
            }
        } catch {
            return ShellFailure(detail: error.description)
        }
        return nil
    }

    private func exactTimes(
        of entries: [CopyEntry],
        _ places: [StorageURL]
    ) -> [StorageURL: Result<Instant?, StorageError>] {
        let metadata = entries.map { entry in
            let place = places[entry.copy].appending(entry.path)
            trashNames.note(place.path, printed: entry.printed)
            return place
        }
        if metadata.isEmpty { return [:] }
        let times = exactStatus(of: metadata).map { $0.map { $0?.modified } }
        return Dictionary(zip(metadata, times), uniquingKeysWith: { first, _ in first })
    }
}

/// One line of a listing of copies.
private struct CopyEntry {
    /// The position of the copy that it lies in.
    let copy: Int
    /// Its path below that.
    let path: ObjectName
    let printed: ObjectName
    let line: ShellListingLine

    /// Of these alone the time is known to the millisecond where they come from.
    var isMetadata: Bool { line.kind == .file && path.last == "_metadata" }

    init?(_ bytes: UnsafeRawBufferPointer, _ copies: [ObjectName: Int]) {
        guard let line = ShellListingLine(inTrash: bytes) else { return nil }
        let printed = ObjectName(bytes[line.pathStart...])
        var above = printed.bytes[...]
        while let slash = above.lastIndex(of: UInt8(ascii: "/")) {
            above = above[..<slash]
            guard let copy = copies[ObjectName(above)] else { continue }
            self.copy = copy
            path = ObjectName(printed.bytes[(slash + 1)...])
            self.printed = printed
            self.line = line
            return
        }
        return nil
    }
}

/// Hands on what lies in one copy.
private struct Handing {
    let place: StorageURL
    let root: Int
    let times: [StorageURL: Result<Instant?, StorageError>]

    /// Hands on entries with their exact times.
    ///
    /// - Returns: Why some have none.
    func handOn(_ entries: [CopyEntry], into sink: inout some ListingSink) -> [StorageError] {
        var errors: [StorageError] = []
        sink.receive(
            root: root,
            path: [UInt8]().span,
            kind: .directory,
            size: 0,
            modified: Instant(nanoseconds: 0),
            identity: .none
        )
        for entry in entries {
            var modified = entry.line.modified
            if entry.isMetadata {
                do throws(StorageError) {
                    modified = try exactTime(of: place.appending(entry.path))
                } catch {
                    errors.append(error)
                }
            }
            sink.receive(
                root: root,
                path: entry.path.bytes.span,
                kind: entry.line.kind,
                size: entry.line.size,
                modified: modified,
                identity: .none
            )
        }
        return errors
    }

    private func exactTime(of metadata: StorageURL) throws(StorageError) -> Instant {
        if let time = try times[metadata]?.get() { return time }
        let detail = "it vanished meanwhile"
        throw StorageError(.failed, action: "look at", place: metadata, detail: detail)
    }
}
