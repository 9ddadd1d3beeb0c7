// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
public import SnapshotModel
public import Storage

/// A place below `<root>/.janitor-trash/<run>`, as everybody but the shell calls what lies in a trash.
struct TrashedPlace {
    static let trash: ObjectName = ".janitor-trash"

    let run: ObjectName
    /// Where it was before.
    let home: StorageURL

    /// Takes a place apart; nil where it is none in the trash of a run.
    init?(_ place: StorageURL) {
        let parts = place.path.components
        guard let index = parts.firstIndex(of: Self.trash), parts.count > index + 2 else {
            return nil
        }
        run = parts[index + 1]
        let around = parts[..<index] + parts[(index + 2)...]
        let path = around.flatMap { part -> [UInt8] in [0x2F] + part.bytes }
        home = StorageURL(
            scheme: place.scheme,
            authority: place.authority,
            path: ObjectName(path)
        )
    }
}

extension HDFSStorage {
    /// Finds in the trash what a run has put there, with one `-ls -d` for each trash.
    ///
    /// - Parameters:
    ///   - places: Where things were.
    ///   - run: The run that moved them.
    /// - Returns: For each what the shell calls it, escaped nowhere; `notFound` where it lies in no
    ///   trash that it may have come to, `denied` where that may be another user's.
    package func findInTrash(
        _ places: [StorageURL],
        run: ObjectName
    ) -> [Result<ObjectName, StorageError>] {
        copies(of: places.map { ($0, run) }).map { $0.map(\.printed) }
    }

    /// Tells whether the store means by a place in the trash what it means everywhere.
    package func believes(_ target: StorageURL, of place: StorageURL) -> Bool {
        TrashTarget(target, of: place) != nil
    }

    /// Keeps where the client said that it moved something, or where it was found; nil where neither.
    package func note(_ place: StorageURL, movedTo target: StorageURL?) {
        trashNames.note(place, movedTo: target)
    }

    /// Where something went in this command; nil where that is not known.
    package func placeInTrash(of place: StorageURL) -> StorageURL? {
        trashNames.target(of: place)
    }

    /// What the shell calls something in the trash that was listed last; nil where it was not.
    package func listedInTrash(_ place: StorageURL) -> ObjectName? {
        let printed = trashNames.printed(place.path)
        return printed == place.path ? nil : printed
    }

    /// Finds copies in the trash.
    func copies(
        of wanted: [(home: StorageURL, run: ObjectName)]
    ) -> [Result<TrashCopy, StorageError>] {
        guard !wanted.isEmpty else { return [] }
        var search = TrashSearch(self)
        do {
            let trashed = try trashed()
            for (home, run) in wanted { search.add(home, run, trashed) }
        } catch {
            let detail = "cannot tell what earlier runs moved into the trash: \(error)"
            return wanted.map { .failure(TrashSearch.error(.failed, $0.home, detail)) }
        }
        search.look()
        return wanted.map { search.copy(of: $0, by: $1) }
    }

    /// Names what of a run's does not lie in the trash that it was moved to, or in one that may not
    /// be looked into.
    public func placesWithoutRecord(
        _ places: [StorageURL],
        of run: ObjectName,
        below root: StorageURL
    ) throws(StorageError) -> [StorageURL] {
        var lost: [StorageURL] = []
        for (place, result) in zip(places, copies(of: places.map { ($0, run) })) {
            guard case .failure(let error) = result else { continue }
            guard error.reason == .notFound || error.reason == .denied else { throw error }
            lost.append(place)
        }
        return lost
    }
}

/// One look for many things in the trashes that they may lie in, with a call for each trash.
private struct TrashSearch {
    private let storage: HDFSStorage
    private var moves: [StorageURL: [TrashedPlaces.Move]] = [:]
    private var homes: [ObjectName: StorageURL] = [:]
    private var refused: [StorageURL: StorageError] = [:]
    private var found: [StorageURL: [TrashCopy]] = [:]
    /// Why it is not known what lies in a trash.
    private var failures: [TrashDirectory: (StorageURL) -> StorageError] = [:]
    private static let action = "look in the trash for"

    init(_ storage: HDFSStorage) {
        self.storage = storage
    }

    static func error(
        _ reason: StorageError.Reason,
        _ place: StorageURL,
        _ detail: String
    ) -> StorageError {
        StorageError(reason, action: action, place: place, detail: detail)
    }

    mutating func add(_ home: StorageURL, _ run: ObjectName, _ trashed: TrashedPlaces) {
        do throws(StorageError) {
            _ = try ShellPath.argument(for: home, action: Self.action)
        } catch {
            refused[home] = error
            return
        }
        var known = moves[home] ?? trashed.moves(of: home)
        // What no journal tells of came there just now.
        if !known.contains(where: { $0.run == run }) {
            known.append(.init(place: home, root: home, run: run, isCertain: false))
        }
        moves[home] = known
        homes[home.path] = home
    }

    mutating func look() {
        let digits = (0..<13).flatMap { _ in Array("[0-9]".utf8) }
        var patterns: [TrashDirectory: [ObjectName]] = [:]
        for (home, moves) in moves.sorted(by: { $0.key < $1.key }) {
            let path = ShellPath.escaped(home.path)
            for directory in moves.directories {
                patterns[directory, default: []] += [
                    directory.pattern(path), directory.pattern(ObjectName(path.bytes + digits)),
                ]
            }
        }
        for (directory, patterns) in patterns.sorted(by: { $0.key < $1.key }) {
            look(in: directory, patterns)
        }
        found = found.mapValues(\.unified)
    }

    private mutating func look(in directory: TrashDirectory, _ patterns: [ObjectName]) {
        do throws(CommandError) {
            let invocation = try storage.shell.invocation(["-ls", "-d"])
            for range in storage.sealedBatches(patterns, of: invocation) {
                look(in: directory, invocation, patterns[range])
            }
        } catch {
            failures[directory] = { Self.error(.failed, $0, error.description) }
        }
    }

    private mutating func look(
        in directory: TrashDirectory,
        _ invocation: CommandInvocation,
        _ patterns: ArraySlice<ObjectName>
    ) {
        do throws(ShellFailure) {
            let looked = try storage.lookSealed(invocation, patterns, isOfThemselves: true)
            guard looked.isWhole(given: Set(patterns).union(patterns.map(ShellPath.unescaped)))
            else {
                let answer = looked.answer
                failures[directory] = { home in
                    let error = StorageError(Self.action, home, answer)
                    // A call that failed for one thing proves nothing of another.
                    return error.reason == .notFound
                        ? Self.error(.failed, home, error.detail) : error
                }
                return
            }
            var isSound = true
            let isRead = looked.spool.eachLine { bytes in
                if !receive(bytes, directory) { isSound = false }
            }
            if isRead, isSound { return }
            let detail = "a line of its listing cannot be parsed"
            failures[directory] = { Self.error(.failed, $0, detail) }
        } catch {
            failures[directory] = { error.error(Self.action, $0) }
        }
    }

    /// Notes what a line shows; false where it is none.
    private mutating func receive(
        _ bytes: UnsafeRawBufferPointer,
        _ directory: TrashDirectory
    ) -> Bool {
        guard let line = ShellListingLine(inTrash: bytes) else { return false }
        let printed = ObjectName(bytes[line.pathStart...])
        guard let (checkpoint, path) = directory.split(printed) else { return false }
        for name in [path, path.withoutMilliseconds].compactMap(\.self) {
            guard let home = homes[name] else { continue }
            let copy = TrashCopy(
                directory: directory,
                checkpoint: checkpoint,
                milliseconds: ObjectName(path.bytes.dropFirst(name.bytes.count)),
                printed: printed,
                status: line.status,
                isOwn: directory == .own
            )
            if !(found[home] ?? []).contains(copy) { found[home, default: []].append(copy) }
        }
        return true
    }

    func copy(of home: StorageURL, by run: ObjectName) -> Result<TrashCopy, StorageError> {
        if let error = refused[home] { return .failure(error) }
        let moves = moves[home] ?? []
        let move = moves.first { $0.run == run }
        for directory in moves.directories {
            guard let error = failures[directory]?(home) else { continue }
            // What may not be looked into is another user's, and holds nothing of other trashes.
            if directory == move?.directory || error.reason != .denied { return .failure(error) }
        }
        let (runs, others) = (found[home] ?? []).assigned(to: moves)
        if let copy = runs[run] { return .success(copy) }
        if let move, TrashTarget(of: move) == nil, !move.isByThisUser {
            let runs = move.isCertain ? [run] : []
            return .failure(
                StorageError(.denied, Self.action, home, unknown: move, orGiveUp: runs)
            )
        }
        let names = others.map { "\"\($0.printed)\"" }.joined(separator: ", ")
        let detail =
            names.isEmpty
            ? "it is not in the trash that it was moved to"
            : "it is not in the trash that it was moved to; something else of that name is: \(names)"
        return .failure(Self.error(.notFound, home, detail))
    }
}

extension ShellListingLine {
    /// Takes a line apart whose path is absolute, or one in the user's own trash.
    init?(inTrash bytes: UnsafeRawBufferPointer) {
        if let line = ShellListingLine(bytes, pathsBeginningWith: UInt8(ascii: ".")) {
            self = line
        } else if let line = ShellListingLine(bytes) {
            self = line
        } else {
            return nil
        }
    }

    /// What it says of the entry.
    var status: ObjectStatus {
        ObjectStatus(kind: kind, size: size, modified: modified, identity: .none)
    }
}

extension ObjectName {
    /// Without the milliseconds that the trash puts behind a name that is taken; nil where there are none.
    var withoutMilliseconds: ObjectName? {
        let digits = bytes.suffix(13)
        guard digits.count == 13, bytes.count > 14, digits.allSatisfy(\.isDigit) else { return nil }
        return ObjectName(bytes.dropLast(13))
    }
}
