// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel

/// Walks through everything that lies outside snapshots, in an order that depends on names alone.
///
/// Directories come in the order of their paths, compared component by component; within one first
/// the directory itself where it is empty, then its files by name, then its links. That order is
/// the one that sightings of earlier runs are written in, so that both are gone through side by
/// side. Nothing is held of what was passed.
struct LooseObjectWalk {
    private let inventory: Inventory
    private let zones: StateZones
    /// UUIDs that high-availability pointers name.
    private let pointerNames: Set<ObjectName>
    /// Job ids of which high-availability pointers name a checkpoint.
    private let pointerJobs: Set<ObjectName>
    private let hasPointers: Bool

    init(_ inventory: Inventory) {
        self.inventory = inventory
        zones = StateZones(inventory)
        pointerNames = inventory.pointers.reduce(into: []) { $0.formUnion($1.names.uuids) }
        pointerJobs = inventory.pointers.reduce(into: []) { jobs, pointer in
            for name in pointer.names.checkpoints { jobs.insert(ObjectName(name.bytes.prefix(32))) }
        }
        hasPointers = !inventory.pointers.isEmpty
    }

    /// Walks.
    ///
    /// - Parameters:
    ///   - skim: Gets a job's files that something protects, in no particular order and without
    ///     being made into objects: nearly all files are of these. Nil has them walked through as
    ///     all others.
    ///   - body: Gets everything else in order.
    func walk(
        skim: ((LooseKind, Int64, Protection) -> Void)?,
        _ body: (LooseObject) -> Void
    ) {
        let table = inventory.table
        let tops = table.roots.indices.sorted {
            PathOrder.comesFirst(table.roots[$0].orderedBytes, table.roots[$1].orderedBytes)
        }
        for top in tops { visit(DirectoryID(top), skim, body) }
    }

    private func visit(
        _ top: DirectoryID,
        _ skim: ((LooseKind, Int64, Protection) -> Void)?,
        _ body: (LooseObject) -> Void
    ) {
        let table = inventory.table
        let census = inventory.census
        var open: [(directory: DirectoryID, emptiness: LooseObject.Emptiness)] = [(top, .elsewhere)]
        while let (directory, outer) = open.popLast() {
            let number = Int(directory)
            if census.isOurs[number] || census.trashRuns[number] != DirectoryCensus.none {
                continue
            }
            let emptiness = emptiness(of: directory, in: outer)
            // Nested snapshots lie in their own directories, which are visited all the same.
            if census.snapshots[number] == DirectoryCensus.none {
                report(directory, emptiness, skim, body)
            }
            let inner = inventory.children.directories(in: directory)
            if inner.count > 1 {
                open += inner.map { (name: table.name(ofDirectory: $0), directory: $0) }
                    .sorted { $1.name < $0.name }
                    .map { ($0.directory, emptiness) }
            } else if let only = inner.first {
                open.append((only, emptiness))
            }
        }
    }

    /// What an empty directory here would be a part of.
    private func emptiness(
        of directory: DirectoryID,
        in outer: LooseObject.Emptiness
    ) -> LooseObject.Emptiness {
        let number = Int(directory)
        guard zones.zones[number] == .attempt,
            FlinkNames.isJobID(inventory.table.name(ofDirectory: directory).last)
        else { return outer }
        return zones.mayVanish[number] ? .attempt(newest: newest(below: directory)) : .filledAttempt
    }

    /// The newest time of a directory and of all below it; nil where one has none.
    private func newest(below top: DirectoryID) -> Instant? {
        var newest = Instant(nanoseconds: .min)
        var open = [top]
        while let directory = open.popLast() {
            guard let time = inventory.table.modified(ofDirectory: directory) else { return nil }
            newest = max(newest, time)
            open += inventory.children.directories(in: directory)
        }
        return newest
    }

    // MARK: One directory

    private func report(
        _ directory: DirectoryID,
        _ emptiness: LooseObject.Emptiness,
        _ skim: ((LooseKind, Int64, Protection) -> Void)?,
        _ body: (LooseObject) -> Void
    ) {
        let table = inventory.table
        let job = inventory.census.job(of: directory)
        let attempt = inventory.census.attempts[Int(directory)]
        let place = Setting(
            job: job,
            attempt: attempt == DirectoryCensus.none ? nil : Int(attempt),
            zone: zones.zones[Int(directory)]
        )
        if zones.isEmpty[Int(directory)], !inventory.isScanRoot(directory) {
            body(emptyDirectory(directory, emptiness, place))
        }
        var shown: [(name: ObjectName, object: LooseObject)] = []
        for file in inventory.children.files(in: directory) {
            let kind = kind(of: file, in: place.zone)
            let protection = protection(of: file, in: place.zone)
            if let skim, let protection {
                if job != nil { skim(kind, table.size(ofFile: file), protection) }
                continue
            }
            let object = LooseObject(
                entry: .file(file),
                kind: kind,
                bytes: table.size(ofFile: file),
                modified: table.modified(ofFile: file),
                job: place.job,
                attempt: place.attempt,
                protection: protection,
                emptiness: nil
            )
            shown.append((table.name(ofFile: file), object))
        }
        for (_, object) in shown.sorted(by: { $0.name < $1.name }) { body(object) }
        for name in (table.specials[directory] ?? [:]).keys.sorted() {
            body(special(name, in: directory, place))
        }
    }

    private struct Setting {
        let job: Int?
        let attempt: Int?
        let zone: StateZone
    }

    private func emptyDirectory(
        _ directory: DirectoryID,
        _ emptiness: LooseObject.Emptiness,
        _ place: Setting
    ) -> LooseObject {
        var protection: Protection? = inventory.isPinned(directory) ? .pinned : nil
        if let attempt = place.attempt, let id = inventory.attempts[attempt].jobID,
            pointerJobs.contains(id)
        {
            protection = .pointer
        }
        return LooseObject(
            entry: .directory(directory),
            kind: .emptyDirectory,
            bytes: 0,
            modified: inventory.table.modified(ofDirectory: directory),
            job: place.job,
            attempt: place.attempt,
            protection: protection,
            emptiness: emptiness
        )
    }

    private func special(
        _ name: ObjectName,
        in directory: DirectoryID,
        _ place: Setting
    ) -> LooseObject {
        LooseObject(
            entry: .special(directory, name),
            kind: .special,
            bytes: 0,
            modified: nil,
            job: place.job,
            attempt: place.attempt,
            protection: nil,
            emptiness: nil
        )
    }

    // MARK: One file

    private func kind(of file: FileID, in zone: StateZone) -> LooseKind {
        let isUUID = inventory.table.isNamedByUUID(file)
        if !isUUID {
            let name = inventory.table.name(ofFile: file)
            if FlinkNames.label(name) != nil { return .label }
            if FlinkNames.isPointerFile(name) { return .pointer }
        }
        switch zone {
        case .shared: return isUUID ? .shared : .unknown
        case .taskOwned: return isUUID ? .taskOwned : .unknown
        case .changelog: return isUUID ? .changelog : .unknown
        case .merged: return isUUID ? .merged : .unknown
        case .forst: return .forst
        case .attempt, .none: return .unknown
        }
    }

    private func protection(of file: FileID, in zone: StateZone) -> Protection? {
        if let known = inventory.protection(ofFile: file) { return known }
        let table = inventory.table
        if table.isNamedByUUID(file) {
            if hasPointers, pointerNames.contains(table.name(ofFile: file)) { return .pointer }
        } else {
            if inventory.unresolvedNames.contains(table.name(ofFile: file)) { return .named }
            // Only UUIDs can be looked for in a text: any other name may stand in it unseen.
            if hasPointers, zone == .forst { return .pointer }
        }
        guard zone != .none, zone != .attempt,
            let demands = inventory.missingDemands[table.directory(ofFile: file)],
            demands.contains(where: { $0.isMet(byLength: table.size(ofFile: file)) })
        else { return nil }
        return .possible
    }
}

extension Inventory {
    /// Calls a closure with everything that lies outside snapshots, ordered by directory and name.
    ///
    /// Made as it is asked for: ten million loose files are never held as values.
    public func forEachLooseObject(_ body: (LooseObject) -> Void) {
        LooseObjectWalk(self).walk(skim: nil, body)
    }

    /// Does the same, with a short way for what is needed.
    ///
    /// - Parameters:
    ///   - protected: Gets kind, length and protection of a job's files that something needs, in no
    ///     particular order.
    ///   - body: Gets all else, ordered.
    public func forEachLooseObject(
        protected: @escaping (LooseKind, Int64, Protection) -> Void,
        _ body: (LooseObject) -> Void
    ) {
        LooseObjectWalk(self).walk(skim: protected, body)
    }
}
