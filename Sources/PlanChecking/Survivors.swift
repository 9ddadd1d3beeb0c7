// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel
internal import Storage

/// Asks every snapshot that is not to go what it needs.
struct Survivors {
    let storage: WalkedStorage
    let finder: ReferenceFinder
    let claimed: [StorageURL: ClaimedSnapshot]
    /// Snapshots of which an operator said that they hold up nothing.
    let dismissed: Set<StorageURL>

    /// Base names of what is to go, with what the plan lists.
    private var doomedNames: [ObjectName: StorageURL] = [:]
    /// Names of directories of snapshots that are to go; those of checkpoints are any job's.
    private let doomedDirectories: Set<ObjectName>

    init(
        storage: WalkedStorage,
        finder: ReferenceFinder,
        claimed: [StorageURL: ClaimedSnapshot],
        dismissed: Set<StorageURL>
    ) {
        self.storage = storage
        self.finder = finder
        self.claimed = claimed
        self.dismissed = dismissed
        doomedDirectories = Set(
            claimed.values.filter(\.isCondemned).map(\.place.path.last).filter { !$0.isNumbered }
        )
        for doomed in storage.doomed where doomed.place.path.last.bytes.count == 36 {
            doomedNames[doomed.place.path.last] = doomed.condemned
        }
    }

    /// Reads the metadata of all that stay, and what pointer files say.
    func read(
        _ roots: [StorageURL],
        _ readerFor: (StorageURL) -> (any StorageReader)?,
        into result: inout PlanCheckResult
    ) {
        // What is condemned itself goes; what merely lies in it would go with it.
        let staying = storage.metadata.filter { claimed[$0]?.isCondemned != true }.sorted()
        for directory in staying {
            if let holder = storage.condemned(holding: directory) {
                result.problems.append(PlanProblem(.inside(directory, condemned: holder)))
            }
        }
        for shared in SharedReader.all(of: roots, readerFor) {
            guard let reader = shared.reader else { continue }
            let own = shared.positions.map { roots[$0] }
            let directories = staying.filter { place in own.contains(where: place.isBelow) }
            reader.read(directories.map { $0.appending("_metadata") }) { index, opened in
                switch consume opened {
                case .success(var source): check(&source, of: directories[index], &result)
                case .failure(let error):
                    note(directories[index], unread: error.detail, &result)
                }
            }
            let pointers = storage.pointers.filter { place in own.contains(where: place.isBelow) }
            reader.read(pointers) { index, opened in
                switch consume opened {
                case .success(var source): check(&source, ofPointer: pointers[index], &result)
                case .failure(let error):
                    result.problems.append(
                        PlanProblem(.unknown(pointers[index], why: error.detail))
                    )
                }
            }
        }
    }

    // MARK: One snapshot

    private func check(
        _ source: inout FileByteSource,
        of directory: StorageURL,
        _ result: inout PlanCheckResult
    ) {
        let metadata: SnapshotMetadata
        do throws(MetadataError) {
            metadata = try MetadataReader.read(&source)
        } catch {
            note(directory, unread: "\(error)", &result)
            return
        }
        let claim = claimed[directory]
        if let claim, claim.isComplete != metadata.isUnderstoodToTheEnd {
            let why = "its metadata say otherwise"
            let said = claim.isComplete
            result.problems.append(PlanProblem(.complete(directory, said: said, why: why)))
        }
        var found = 0
        var missing: Set<StorageURL> = []
        for reference in metadata.references {
            switch look(for: reference, of: directory, &result) {
            case .there: found += 1
            case .missing(let place): missing.insert(place)
            case .unknown: break
            }
        }
        for pinned in metadata.pinnedDirectories {
            guard case .place(let place) = finder.place(of: pinned, in: directory),
                let holder = storage.condemned(holding: place)
            else { continue }
            result.problems.append(
                PlanProblem(.needs(directory, file: place, condemned: holder))
            )
        }
        result.snapshotCount += 1
        result.referenceCount += metadata.references.count
        result.foundCount += found
        if let claim {
            compare(claim, count: metadata.references.count, found, missing, &result)
        }
    }

    private enum Found {
        case there
        case missing(StorageURL)
        case unknown
    }

    private func look(
        for reference: StateReference,
        of directory: StorageURL,
        _ result: inout PlanCheckResult
    ) -> Found {
        let name = reference.path.baseName
        let named = finder.place(of: reference.path, in: directory)
        if case .place(let place) = named, let holder = storage.condemned(holding: place),
            storage.length(of: place) != nil
        {
            result.problems.append(
                PlanProblem(.needs(directory, file: place, condemned: holder))
            )
        } else if let holder = doomedNames[name] {
            result.problems.append(
                PlanProblem(.names(directory, name: name, condemned: holder))
            )
        }
        switch named {
        case .nothing: return .unknown
        case .gone(let place): return .missing(place)
        case .place(let place):
            guard storage.isCovered(place), !storage.isBehindLink(place) else { return .unknown }
            guard let length = storage.length(of: place),
                reference.demand.isMet(byLength: length)
            else { return .missing(place) }
            return .there
        }
    }

    /// Compares what the plan says of a snapshot with what there is.
    private func compare(
        _ claim: ClaimedSnapshot,
        count: Int,
        _ found: Int,
        _ missing: Set<StorageURL>,
        _ result: inout PlanCheckResult
    ) {
        if claim.checked != count {
            result.problems.append(
                PlanProblem(.checked(claim.place, said: claim.checked, are: count))
            )
        }
        if claim.found != found {
            result.problems.append(PlanProblem(.found(claim.place, said: claim.found, are: found)))
        }
        if claim.isClosed == true, let first = missing.min() {
            result.problems.append(PlanProblem(.notClosed(claim.place, missing: first)))
        } else if let first = Set(missing.map(\.inFamily))
            .symmetricDifference(claim.missing.map(\.inFamily)).min()
        {
            result.problems.append(PlanProblem(.missing(claim.place, file: first)))
        }
    }

    private func note(
        _ directory: StorageURL,
        unread why: String,
        _ result: inout PlanCheckResult
    ) {
        if claimed[directory]?.isComplete == true {
            result.problems.append(
                PlanProblem(
                    .complete(directory, said: true, why: "its metadata cannot be read: \(why)")
                )
            )
        } else if !dismissed.contains(directory),
            storage.doomed.contains(where: { $0.place.path.last != "_metadata" })
        {
            // Nothing references metadata themselves; any other file it could need.
            result.problems.append(PlanProblem(.unknown(directory, why: why)))
        }
    }

    // MARK: Pointers

    private func check(
        _ source: inout FileByteSource,
        ofPointer pointer: StorageURL,
        _ result: inout PlanCheckResult
    ) {
        let names: FoundNames
        do throws(ByteSourceError) {
            names = try NameScanner.scan(&source, lookingFor: doomedDirectories)
        } catch {
            result.problems.append(PlanProblem(.unknown(pointer, why: error.description)))
            return
        }
        for name in names.uuids.sorted() {
            guard let holder = doomedNames[name] else { continue }
            result.problems.append(PlanProblem(.names(pointer, name: name, condemned: holder)))
        }
        let going = Set(storage.doomed.map(\.condemned))
        for place in going.sorted() {
            let parts = place.path.components.suffix(2).map(\.bytes)
            let tail = ObjectName(parts.joined(separator: [UInt8(ascii: "/")]))
            let last = place.path.last
            let isNamed =
                names.savepoints.contains(last) || names.checkpoints.contains(tail)
                || (names.directories.contains(last) && claimed[place] != nil)
            if isNamed {
                result.problems.append(
                    PlanProblem(.names(pointer, name: last, condemned: place))
                )
            }
        }
    }
}

extension StorageURL {
    /// Tells whether the place is another one or lies below it.
    fileprivate func isBelow(_ other: StorageURL) -> Bool { path(below: other) != nil }
}

extension ObjectName {
    /// Whether it is `chk-` and a number.
    fileprivate var isNumbered: Bool {
        let digits = bytes.dropFirst(4)
        return bytes.starts(with: "chk-".utf8) && !digits.isEmpty
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
