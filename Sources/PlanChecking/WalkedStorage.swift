// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// What lies under the roots, as a walk of the check's own found it.
///
/// Of each file only a checksum of its whole path and its length are kept, 24 bytes; places are
/// kept of metadata, pointer files, links, and whatever lies in something that is to go.
struct WalkedStorage {
    /// A file in something that is to go, or that itself is.
    struct Doomed {
        let place: StorageURL
        /// What the plan lists: the file, or the directory that it lies in.
        let condemned: StorageURL
    }

    private(set) var metadata: [StorageURL] = []
    private(set) var pointers: [StorageURL] = []
    private(set) var links: [StorageURL] = []
    private(set) var doomed: [Doomed] = []
    private(set) var failures: [(place: StorageURL, why: String)] = []
    private var lengths: [Checksum128: Int64] = [:]

    private let roots: [StorageURL]
    /// What the plan has go, as it writes it, by the one name that a scheme's family has.
    private let condemned: [StorageURL: StorageURL]

    init(roots: [StorageURL], condemned: Set<StorageURL>) {
        self.roots = roots
        self.condemned = Dictionary(condemned.map { ($0.inFamily, $0) }, uniquingKeysWith: min)
    }

    /// Walks all roots.
    ///
    /// - Parameter readerFor: Gives the reader of the store that a root lies in.
    mutating func walk(_ readerFor: (StorageURL) -> (any StorageReader)?) {
        let all = roots
        for shared in SharedReader.all(of: all, readerFor) {
            let places = shared.positions.map { all[$0] }
            guard let reader = shared.reader else {
                failures += places.map { ($0, "there is no backend for it") }
                continue
            }
            var sink = WalkSink(storage: self, roots: places)
            self = WalkedStorage(roots: [], condemned: [])
            let outcomes = reader.list(places, into: &sink)
            self = sink.storage
            for (index, place) in places.enumerated() {
                let outcome = index < outcomes.count ? outcomes[index] : .incomplete([])
                guard case .incomplete(let errors) = outcome else { continue }
                failures.append((place, errors.first?.detail ?? "its listing may be cut short"))
            }
        }
    }

    /// The length of the file at a place; nil where there is none.
    func length(of place: StorageURL) -> Int64? {
        lengths[Self.key(place)]
    }

    /// Tells whether a place lies under a root that was walked.
    func isCovered(_ place: StorageURL) -> Bool {
        roots.contains { place.path(below: $0) != nil }
    }

    /// Tells whether a path leads through a link, behind which nobody looked.
    func isBehindLink(_ place: StorageURL) -> Bool {
        links.contains { place.path(below: $0) != nil }
    }

    /// The place or what holds it, where the plan lists that to go by any scheme of the family.
    func condemned(holding place: StorageURL) -> StorageURL? {
        guard !condemned.isEmpty else { return nil }
        var current = place.inFamily
        while true {
            if let listed = condemned[current] { return listed }
            if current.path.bytes.count <= 1 { return nil }
            current = current.parent
        }
    }

    fileprivate mutating func take(_ place: StorageURL, kind: ObjectKind, size: Int64) {
        if kind == .symbolicLink { links.append(place) }
        guard kind == .file else { return }
        lengths[Self.key(place)] = size
        let name = place.path.last
        if name == "_metadata" { metadata.append(place.parent) }
        if name.bytes.starts(with: "completedCheckpoint".utf8) { pointers.append(place) }
        if let holder = condemned(holding: place) {
            doomed.append(Doomed(place: place, condemned: holder))
        }
    }

    /// One key for all ways in which metadata may write a scheme.
    private static func key(_ place: StorageURL) -> Checksum128 {
        var checksum = Checksum128(of: "\(place.schemeFamily ?? "")://\(place.authority)")
        place.path.bytes.withUnsafeBytes { checksum.add($0) }
        return checksum
    }
}

extension StorageURL {
    /// The place under the one name that its scheme's family has.
    var inFamily: StorageURL {
        // Asked of every file: nearly all are called so already.
        schemeFamily == scheme
            ? self : StorageURL(scheme: schemeFamily, authority: authority, path: path)
    }
}

private struct WalkSink: ListingSink {
    var storage: WalkedStorage
    let roots: [StorageURL]

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        let below = path.withUnsafeBytes { ObjectName($0) }
        storage.take(
            below.bytes.isEmpty ? roots[root] : roots[root].appending(below),
            kind: kind,
            size: size
        )
    }
}
