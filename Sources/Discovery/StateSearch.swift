// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
public import SnapshotModel
public import Storage

/// A search for names of files in what snapshots hold beside the references of their metadata.
///
/// Sinks with a write-ahead log keep files in `taskowned/` and name them nowhere but in their own
/// state: in the files of operator state, and in state that is inlined into metadata. Every snapshot
/// that was found is searched, whatever is to become of it.
///
/// Source: `GenericWriteAheadSink`, state `pending-checkpoints` (Flink 2.3).
public struct StateSearch {
    /// What came of a search.
    public enum Answer: Hashable, Sendable {
        /// Everything was searched; the names that stand somewhere, each with one snapshot.
        case searched([ObjectName: StorageURL])
        /// Something could not be searched; what and why.
        case unknown(StorageURL, String)
    }

    private let names: Set<ObjectName>
    private let inventory: Inventory
    private let readerFor: (StorageURL) -> (any StorageReader)?
    private var found: [ObjectName: StorageURL] = [:]
    private var unknown: (place: StorageURL, why: String)?
    /// Files of operator state, each with one snapshot that references it.
    private var files: [FileID: Int] = [:]

    /// Searches.
    ///
    /// - Parameters:
    ///   - names: UUIDs in lower case.
    ///   - inventory: What was found.
    ///   - readerFor: Gives the reader of the store that a place lies in.
    /// - Returns: What came of it.
    public static func search(
        for names: Set<ObjectName>,
        in inventory: Inventory,
        _ readerFor: @escaping (StorageURL) -> (any StorageReader)?
    ) -> Answer {
        var search = StateSearch(names: names, inventory: inventory, readerFor: readerFor)
        return search.run()
    }

    private init(
        names: Set<ObjectName>,
        inventory: Inventory,
        readerFor: @escaping (StorageURL) -> (any StorageReader)?
    ) {
        self.names = names
        self.inventory = inventory
        self.readerFor = readerFor
    }

    private mutating func run() -> Answer {
        for snapshot in inventory.snapshots {
            // What it references in an unknown place may be operator state.
            if let first = snapshot.unknown.first {
                return .unknown(first.place, first.cause.brief)
            }
        }
        for top in inventory.table.roots {
            guard let reader = readerFor(top) else { return .unknown(top, "no backend for it") }
            let positions = inventory.snapshots.indices.filter {
                let snapshot = inventory.snapshots[$0]
                return snapshot.metadataLength != nil && snapshot.state != .vanished
                    && snapshot.place.path(below: top) != nil
            }
            searchMetadata(of: positions, with: reader)
            followOperatorState(of: positions, with: reader)
        }
        for (number, top) in inventory.table.roots.enumerated() {
            guard let reader = readerFor(top) else { continue }
            let own = files.keys.filter {
                inventory.table.root(of: inventory.table.directory(ofFile: $0)) == number
            }.sorted()
            searchFiles(own, with: reader)
        }
        return unknown.map { .unknown($0.place, $0.why) } ?? .searched(found)
    }

    private mutating func searchMetadata(of positions: [Int], with reader: any StorageReader) {
        let places = metadata(of: positions)
        reader.read(places) { index, result in
            take(result, at: places[index], for: positions[index])
        }
    }

    private mutating func searchFiles(_ own: [FileID], with reader: any StorageReader) {
        let places = own.map { inventory.table.place(ofFile: $0) }
        reader.read(places) { index, result in
            take(result, at: places[index], for: files[own[index]] ?? 0)
        }
    }

    private mutating func take(
        _ result: consuming Result<FileByteSource, StorageError>,
        at place: StorageURL,
        for position: Int
    ) {
        switch consume result {
        case .failure(let error): unknown = (place, error.detail)
        case .success(var source):
            do throws(ByteSourceError) {
                let here = try NameScanner.find(names, in: &source)
                for name in here.names {
                    found[name] = min(
                        found[name] ?? inventory.snapshots[position].place,
                        inventory.snapshots[position].place
                    )
                }
                if here.isCompressed { unknown = (place, "it is compressed") }
            } catch {
                unknown = (place, error.description)
            }
        }
    }

    /// Finds the files of operator state that metadata reference.
    private mutating func followOperatorState(of positions: [Int], with reader: any StorageReader) {
        let places = metadata(of: positions)
        reader.read(places) { index, result in
            let snapshot = inventory.snapshots[positions[index]]
            switch consume result {
            case .failure(let error): unknown = (places[index], error.detail)
            case .success(var source):
                do throws(MetadataError) {
                    let metadata = try MetadataReader.read(&source)
                    for reference in metadata.references where reference.role.isOperatorState {
                        follow(reference.path, of: positions[index])
                    }
                } catch {
                    if case .dismissed = snapshot.state { return }
                    unknown = (places[index], "\(error)")
                }
            }
        }
    }

    private mutating func follow(_ path: ReferencePath, of position: Int) {
        let name = path.baseName
        let own = name.bytes.withUnsafeBytes {
            inventory.table.file(in: inventory.snapshots[position].directory, named: $0)
        }
        if path.isRelative, let own { files[own] = position }
        var isFound = path.isRelative && own != nil
        inventory.table.forEachFile(named: name) { file in
            files[file] = position
            isFound = true
        }
        if !isFound, !FlinkNames.isUUID(name) {
            unknown = (inventory.snapshots[position].place, "its operator state has another name")
        }
    }

    private func metadata(of positions: [Int]) -> [StorageURL] {
        positions.map { inventory.snapshots[$0].place.appending(FlinkNames.metadata) }
    }
}

extension StateRole {
    fileprivate var isOperatorState: Bool { slot == .managedOperator || slot == .rawOperator }
}

extension UnknownReference.Cause {
    fileprivate var brief: String {
        switch self {
        case .noRoot: "it leads to no root of the policy"
        case .incompleteListing: "its root was not listed completely"
        case .symbolicLink: "it leads through a symbolic link"
        }
    }
}
