// SPDX-License-Identifier: Apache-2.0

public import Policy
public import SnapshotModel
public import Storage

/// Looks at all roots once: lists them, finds the snapshots, reads their metadata.
///
/// Everything is listed before any metadata are read, so that a file which becomes referenced in
/// between is seen as referenced. Metadata that vanish while they are being read (a live job
/// retires its own checkpoints) make it look again, up to three times.
public struct StorageScanner {
    /// How often everything is looked at again because metadata vanished meanwhile.
    public static let repetitions = 3

    private let roots: [ScanRoot]
    private let aliases: [PathAlias]
    private let readerFor: (StorageURL) -> (any StorageReader)?
    private let memory: (any MetadataMemory)?
    private let links: [StorageURL]
    private let tops: RootSet

    /// Makes a scanner.
    ///
    /// - Parameters:
    ///   - roots: What to look at, after `{job}` is expanded.
    ///   - aliases: What places in metadata mean.
    ///   - readerFor: Gives the reader of the store that a place lies in; nil where none can.
    ///   - memory: What was read from metadata in earlier runs.
    ///   - links: Symbolic links beside the roots of which it matters where they lead.
    public init(
        roots: [ScanRoot],
        aliases: [PathAlias],
        readerFor: @escaping (StorageURL) -> (any StorageReader)?,
        memory: (any MetadataMemory)? = nil,
        links: [StorageURL] = []
    ) {
        self.roots = roots.sorted(by: ScanRoot.comesFirst)
        self.aliases = aliases
        self.readerFor = readerFor
        self.memory = memory
        self.links = links
        tops = RootSet(outermostOf: roots.map(\.place))
    }

    /// Looks at everything.
    public func scan() -> Inventory {
        var builder = ObjectTableBuilder(roots: tops.places)
        var outcomes = [ListingOutcome](repeating: .incomplete([]), count: tops.places.count)
        var resolutions = [Int64](repeating: 0, count: tops.places.count)
        for numbers in topsByStore {
            let first = tops.places[numbers[0]]
            guard let reader = readerFor(first) else {
                let why = "this build has no backend for the scheme \"\(first.scheme ?? "")\""
                for number in numbers {
                    let place = tops.places[number]
                    outcomes[number] = .incomplete([
                        StorageError(.failed, action: "list", place: place, detail: why)
                    ])
                }
                continue
            }
            for (number, outcome) in zip(numbers, builder.list(roots: numbers, with: reader)) {
                outcomes[number] = outcome
                resolutions[number] = reader.timeResolution
            }
        }
        return read(builder.finish(), outcomes: outcomes, resolutions: resolutions)
    }

    /// The numbers of the outermost places, those of one store together: a call may cost a process.
    private var topsByStore: [[Int]] {
        var groups: [[Int]] = []
        for (number, place) in tops.places.enumerated() {
            let known = groups.firstIndex { tops.places[$0[0]].isInSameStore(as: place) }
            if let known { groups[known].append(number) } else { groups.append([number]) }
        }
        return groups
    }

    private func read(
        _ table: ObjectTable,
        outcomes: [ListingOutcome],
        resolutions: [Int64]
    ) -> Inventory {
        let found = roots.map { root in directory(of: root, in: table, outcomes: outcomes) }
        var directoriesOfRoots: [DirectoryID: Int] = [:]
        for (number, root) in found.enumerated() {
            if let directory = root.directory { directoriesOfRoots[directory] = number }
        }
        let children = ObjectTable.Children(of: table)
        let census = DirectoryCensus(
            table: table,
            children: children,
            roots: roots,
            directoriesOfRoots: directoriesOfRoots
        )
        var builder = SnapshotBuilder(
            table: table,
            census: census,
            roots: roots,
            directoriesOfScanRoots: found.map { $0.directory ?? 0 }
        )
        let snapshots = builder.build()
        var collector = MetadataCollector(
            table: table,
            census: census,
            outcomes: outcomes,
            aliases: aliases,
            snapshots: snapshots,
            strangers: builder.strangers,
            memory: memory
        )
        collect(&collector, snapshots: snapshots, table: table)
        lookAgain(&collector, table: table, census: census)
        collector.finish()
        let assembly = InventoryAssembly(
            table: table,
            children: children,
            census: census,
            collector: collector,
            roots: roots,
            directoriesOfScanRoots: found.map(\.directory)
        )
        return assembly.inventory(
            outcomes: found.map(\.outcome),
            resolutions: found.map { resolutions[$0.top] },
            trash: roots.map { root in
                let isTaken = !root.jobs.isEmpty
                return isTaken ? readerFor(root.place)?.trash(at: root.place) ?? .absent : .absent
            },
            trashLimits: roots.map { readerFor($0.place)?.trashLimit },
            pointers: pointers(in: table, naming: snapshots),
            links: linkTargets(Set(table.symbolicLinks(census) + links).sorted())
        )
    }

    /// Where links lead; nothing behind them is listed.
    private func linkTargets(
        _ links: [StorageURL]
    ) -> [(place: StorageURL, target: Result<LinkTarget, StorageError>)] {
        links.compactMap { link in
            // A root's own reader follows no link below it.
            let root = tops.index(holding: link).map { tops.places[$0] } ?? link.parent
            guard let found = readerFor(root)?.linkTargets(of: [link]).first else { return nil }
            return (link, found)
        }
    }

    private func collect(
        _ collector: inout MetadataCollector,
        snapshots: [Snapshot],
        table: ObjectTable
    ) {
        for shared in SharedReader.all(of: tops.places, readerFor) {
            guard let reader = shared.reader else { continue }
            let numbers = Set(shared.positions)
            let readable = snapshots.indices.filter {
                snapshots[$0].metadataLength != nil
                    && numbers.contains(table.root(of: snapshots[$0].directory))
            }
            collector.read(readable, with: reader)
        }
    }

    /// Lists the attempts of vanished snapshots again and reads what is new in them.
    private func lookAgain(
        _ collector: inout MetadataCollector,
        table: ObjectTable,
        census: DirectoryCensus
    ) {
        for _ in 0..<Self.repetitions where !collector.vanished.isEmpty {
            for position in collector.takeVanished() {
                let attempt = Int(census.attempts[Int(census.sites[position].directory)])
                guard attempt >= 0 else { continue }
                for directory in census.attemptSites[attempt].directories {
                    let place = table.place(ofDirectory: directory)
                    guard let reader = readerFor(place) else { continue }
                    collector.readAgain(below: place, onBehalfOf: position, with: reader)
                }
            }
        }
        collector.giveUpOnVanished()
    }

    /// Reads what high-availability pointer files say, as text.
    private func pointers(in table: ObjectTable, naming snapshots: [Snapshot]) -> [TextNames] {
        var files: [[StorageURL]] = Array(repeating: [], count: tops.places.count)
        for number in 0..<table.fileCount {
            let file = FileID(number)
            guard !table.isNamedByUUID(file), FlinkNames.isPointerFile(table.name(ofFile: file))
            else { continue }
            files[table.root(of: table.directory(ofFile: file))].append(table.place(ofFile: file))
        }
        var texts: [TextNames] = []
        for shared in SharedReader.all(of: tops.places, readerFor) {
            let all = shared.positions.flatMap { files[$0] }
            if all.isEmpty { continue }
            texts += TextNames.read(all, with: shared.reader, naming: snapshots)
        }
        return texts
    }

    private func directory(
        of root: ScanRoot,
        in table: ObjectTable,
        outcomes: [ListingOutcome]
    ) -> (directory: DirectoryID?, outcome: ListingOutcome, top: Int) {
        guard let number = tops.index(holding: root.place),
            let below = root.place.path(below: tops.places[number])
        else { return (nil, .absent, 0) }
        if case .directory(let directory) = table.target(of: below, below: number),
            outcomes[number] != .absent
        {
            return (directory, outcomes[number], number)
        }
        return (nil, outcomes[number] == .complete ? .absent : outcomes[number], number)
    }
}
