// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import SnapshotModel
internal import Storage

/// Reads the output of one `-ls -R` that is known to be whole, and hands it on root by root.
struct ListingReading {
    /// The name of what orders snapshots.
    private static let metadata = Array("/_metadata".utf8)

    private let storage: HDFSStorage
    private let roots: [StorageURL]
    private let there: [Int]
    /// The position in `there` of the root that the last line lay in.
    private var current = 0
    private var problems: [Int: StorageError] = [:]

    init(_ storage: HDFSStorage, _ roots: [StorageURL], _ there: [Int]) {
        self.storage = storage
        self.roots = roots
        self.there = there
    }

    /// Hands everything on.
    ///
    /// - Parameters:
    ///   - spool: The output.
    ///   - sink: Gets every entry, a root before what lies below it.
    /// - Returns: How the listing of each root ended that is there.
    mutating func handOn(
        _ spool: borrowing SpoolFile,
        into sink: inout some ListingSink
    ) -> [(Int, ListingOutcome)] {
        let unknown = timesToAsk(spool)
        ask(unknown)
        current = 0
        var given = 0
        var seen = storage.expected.begin()
        let isRead = spool.eachLine { bytes in
            guard let (line, path) = place(bytes), problems[there[current]] == nil else { return }
            while given <= current { giveRoot(&given, into: &sink) }
            let below = UnsafeRawBufferPointer(rebasing: path[prefixLength(there[current])...])
            let modified = exact(line, path) ?? line.modified
            seen.add(path, kind: line.kind, size: line.size, modified: modified)
            sink.receive(
                root: there[current],
                path: below.bindMemory(to: UInt8.self).span,
                kind: line.kind,
                size: line.size,
                modified: modified,
                identity: .none
            )
        }
        while given < there.count { giveRoot(&given, into: &sink) }
        if isRead {
            let whole = there.filter { problems[$0] == nil }
            storage.expected.keep(seen, below: Set(whole.map { roots[$0].path }))
        }
        return there.map { index in
            if !isRead {
                let detail = "its output cannot be parsed, or a line of it is too long"
                let error = StorageError(
                    .failed,
                    action: "list",
                    place: roots[index],
                    detail: detail
                )
                return (index, .incomplete([error]))
            }
            return (index, problems[index].map { .incomplete([$0]) } ?? .complete)
        }
    }

    private func giveRoot(_ given: inout Int, into sink: inout some ListingSink) {
        storage.give(root: there[given], at: roots[there[given]].path, into: &sink)
        given += 1
    }

    // MARK: Lines

    private func prefixLength(_ index: Int) -> Int {
        let count = roots[index].path.bytes.count
        return count == 1 ? 1 : count + 1
    }

    /// Takes a line apart and finds its root; nil, with a problem noted, where it is none.
    private mutating func place(
        _ bytes: UnsafeRawBufferPointer
    ) -> (ShellListingLine, UnsafeRawBufferPointer)? {
        guard let line = ShellListingLine(bytes) else {
            // The rest of a name that holds a line break, and nobody can say where it ends.
            let text = ObjectName(bytes.prefix(200))
            refuse("a name holds a line break, or a line is none of a listing: \"\(text)\"")
            return nil
        }
        let path = UnsafeRawBufferPointer(rebasing: bytes[line.pathStart...])
        for step in 0..<there.count {
            let candidate = (current + step) % there.count
            let root = roots[there[candidate]].path.bytes
            guard path.starts(with: root) else { continue }
            if path.count == root.count, root.count > 1 {
                current = candidate
                refuse("it is not a directory")
                return nil
            }
            guard root.count == 1 || path[root.count] == UInt8(ascii: "/"),
                path.count > prefixLength(there[candidate])
            else { continue }
            current = candidate
            return (line, path)
        }
        refuse("a line of the listing lies in no root: \"\(ObjectName(path.prefix(200)))\"")
        return nil
    }

    private mutating func refuse(_ detail: String) {
        guard !there.isEmpty else { return }
        let index = there[current]
        let error = StorageError(
            .unusableName,
            action: "list",
            place: roots[index],
            detail: detail
        )
        problems[index] = problems[index] ?? error
    }

    // MARK: Times

    private func exact(_ line: ShellListingLine, _ path: UnsafeRawBufferPointer) -> Instant? {
        guard isMetadata(line, path) else { return nil }
        return storage.times.exact(ObjectName(path), size: line.size, minute: line.modified)
    }

    private func isMetadata(_ line: ShellListingLine, _ path: UnsafeRawBufferPointer) -> Bool {
        line.kind == .file && path.count >= Self.metadata.count
            && path.suffix(Self.metadata.count).elementsEqual(Self.metadata)
    }

    /// The metadata of which only the minute is known, and the roots where there is reason to ask.
    private mutating func timesToAsk(
        _ spool: borrowing SpoolFile
    ) -> [(path: ObjectName, size: Int64, minute: Instant?, root: Int)] {
        var unknown: [(path: ObjectName, size: Int64, minute: Instant?, root: Int)] = []
        var isEmpty = [Bool](repeating: true, count: there.count)
        _ = spool.eachLine { bytes in
            guard let (line, path) = place(bytes) else { return }
            isEmpty[current] = false
            if isMetadata(line, path), exact(line, path) == nil {
                unknown.append((ObjectName(path), line.size, line.modified, there[current]))
            }
        }
        // What lies in a root says when it lived; only of an empty one its own time does.
        for (position, index) in there.enumerated()
        where storage.times.latest(roots[index].path) == nil
            && (isEmpty[position] || !unknown.isEmpty)
        {
            unknown.append((roots[index].path, 0, nil, index))
        }
        return unknown
    }

    /// Asks for exact times; where they cannot be had the root's listing is not complete.
    private mutating func ask(
        _ unknown: [(path: ObjectName, size: Int64, minute: Instant?, root: Int)]
    ) {
        guard !unknown.isEmpty else { return }
        let places = unknown.map { entry in
            StorageURL(
                scheme: roots[entry.root].scheme,
                authority: roots[entry.root].authority,
                path: entry.path
            )
        }
        for (entry, answer) in zip(unknown, storage.exactStatus(of: places)) {
            switch answer {
            case .success(let status?):
                storage.times.note(entry.path, size: status.size, exact: status.modified)
            case .success(nil):
                // It is gone since; whoever reads it will hear so.
                continue
            case .failure(let error):
                problems[entry.root] = problems[entry.root] ?? error
            }
        }
    }
}
