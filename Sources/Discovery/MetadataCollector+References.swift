// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel
internal import Storage

extension MetadataCollector {
    /// Follows every reference of a snapshot.
    mutating func follow(_ metadata: RememberedMetadata, of position: Int) {
        let hasStrangers = !strangers[position].isEmpty
        var found: Set<FileID> = []
        var others: [Int] = []
        probe(metadata.paths, of: position, &others)
        table.find(&probes)
        for probe in probes {
            guard let file = probe.file else {
                others.append(probe.number)
                continue
            }
            check(file, metadata.demands[probe.number], of: position)
            if hasStrangers { found.insert(file) }
        }
        for number in others {
            let reference = RememberedMetadata.Reference(
                path: metadata.paths[number],
                demand: metadata.demands[number]
            )
            if let file = slowly(follow: reference, of: position), hasStrangers {
                found.insert(file)
            }
        }
        snapshots[position].referencesChecked += metadata.paths.count
        for directory in metadata.pinnedDirectories { pin(directory, of: position) }
        if hasStrangers { strangers[position].removeAll { found.contains($0) } }
    }

    /// Takes references as nearly all are: to a UUID in a directory that was listed.
    ///
    /// Makes no value of a name or a place. Ten million references go this way.
    ///
    /// - Parameters:
    ///   - paths: The references.
    ///   - position: The snapshot's.
    ///   - others: Gets the numbers of references that have to be looked at more closely.
    private mutating func probe(
        _ paths: ReferencePaths,
        of position: Int,
        _ others: inout [Int]
    ) {
        let own = snapshots[position].directory
        let root = table.root(of: own)
        probes.removeAll(keepingCapacity: true)
        paths.texts.withUnsafeBytes { texts in
            for (number, entry) in paths.entries.enumerated() {
                let text = UnsafeRawBufferPointer(rebasing: texts[entry.normalized])
                let start = text.count - PackedName.length
                var holder: DirectoryID?
                if entry.isRelative {
                    holder = start == 0 ? own : nil
                } else if start > 0, text[start - 1] == UInt8(ascii: "/") {
                    let directory = UnsafeRawBufferPointer(rebasing: text[..<(start - 1)])
                    holder = resolver.directory(of: directory, metadataRoot: root)
                }
                guard let holder,
                    let name = PackedName(UnsafeRawBufferPointer(rebasing: text[start...]))
                else {
                    others.append(number)
                    continue
                }
                probes.append(NameProbe(number: number, name: name, directory: holder))
            }
        }
    }

    private mutating func slowly(
        follow reference: RememberedMetadata.Reference,
        of position: Int
    ) -> FileID? {
        let name = reference.path.baseName
        var found: FileID?
        let (holder, holderPlace) = holder(of: reference.path, position)
        switch holder {
        case .directory(let directory):
            switch resolver.file(named: name, in: directory) {
            case .success(let file):
                found = file
                check(file, reference.demand, of: position)
            case .failure(.absent):
                miss(holderPlace.appending(name), .absent, position)
                expect(reference.demand, in: directory)
            case .failure(.unknown(let cause)): note(holderPlace.appending(name), cause, position)
            }
        case .missing:
            miss(holderPlace.appending(name), .absent, position)
            // One wrong bit makes a slash of a dash in the file's name.
            if case .directory(let above) = directory(above: reference.path, position) {
                expect(reference.demand, in: above)
            }
        case .unknown(let cause): note(holderPlace.appending(name), cause, position)
        }
        protectByName(name, of: position)
        // One wrong bit takes the slash away that stands before a file's name.
        let last = ObjectName(name.bytes.suffix(36))
        if last != name, FlinkNames.isUUID(last) { protectByName(last, of: position) }
        return found
    }

    /// Notes that a file of this length is missing that may lie in a directory under another name.
    private mutating func expect(_ demand: LengthDemand, in directory: DirectoryID) {
        if census.snapshots[Int(directory)] == DirectoryCensus.none {
            missingDemands[directory, default: []].insert(demand)
        }
    }

    /// The directory above the one that a path leads into.
    private mutating func directory(
        above path: ReferencePath,
        _ position: Int
    ) -> ReferenceResolver.Holder {
        let slash = UInt8(ascii: "/")
        let text = path.normalized.bytes
        let directory = snapshots[position].directory
        guard let last = text.lastIndex(of: slash) else { return .missing }
        let above = text[..<last].lastIndex(of: slash)
        guard path.isRelative else {
            let root = table.root(of: directory)
            return resolver.holder(of: text[..<(above ?? 0)], metadataRoot: root).0
        }
        guard let above else { return .directory(directory) }
        return resolver.holder(below: directory, path: ObjectName(text[..<above])).0
    }

    mutating func holder(
        of path: ReferencePath,
        _ position: Int
    ) -> (ReferenceResolver.Holder, StorageURL) {
        let text = path.normalized.bytes
        let slash = text.lastIndex(of: UInt8(ascii: "/"))
        let directory = snapshots[position].directory
        guard path.isRelative else {
            let root = table.root(of: directory)
            return resolver.holder(of: text[..<(slash ?? 0)], metadataRoot: root)
        }
        guard let slash else { return (.directory(directory), snapshots[position].place) }
        return resolver.holder(below: directory, path: ObjectName(text[..<slash]))
    }

    private mutating func check(_ file: FileID, _ demand: LengthDemand, of position: Int) {
        protections[Int(file)] = Protection.referenced.rawValue
        let size = table.size(ofFile: file)
        if demand.isMet(byLength: size) {
            snapshots[position].referencesFound += 1
        } else {
            miss(table.place(ofFile: file), .length(found: size, demand: demand), position)
        }
        depend(on: file, of: position, byName: false)
    }

    private mutating func miss(
        _ place: StorageURL,
        _ fault: MissingReference.Fault,
        _ position: Int
    ) {
        snapshots[position].missing.append(MissingReference(place: place, fault: fault))
        noteUnresolved(place.path.last)
    }

    private mutating func noteUnresolved(_ name: ObjectName) {
        if !FlinkNames.isUUID(name) { unresolvedNames.insert(name) }
    }

    private mutating func note(
        _ place: StorageURL,
        _ cause: UnknownReference.Cause,
        _ position: Int
    ) {
        snapshots[position].unknown.append(UnknownReference(place: place, cause: cause))
        noteUnresolved(place.path.last)
    }
}
