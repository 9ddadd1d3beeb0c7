// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import HDFSStorage
internal import SnapshotModel
internal import Storage
internal import StorageRemoval

/// Paths in the trash of the user that the command runs as, relative to that user's home.
enum TrashPath {
    /// Patterns that match whatever the trash made of a path: as it was, and with milliseconds.
    ///
    /// - Parameter argument: The absolute path, escaped.
    /// - Returns: Two patterns relative to the user's home.
    static func patterns(of argument: ObjectName) -> [ObjectName] {
        let front = Array(".Trash/*".utf8)
        let digits = Array("[0-9]".utf8)
        let milliseconds = (0..<13).flatMap { _ in digits }
        return [
            ObjectName(front + argument.bytes),
            ObjectName(front + argument.bytes + milliseconds),
        ]
    }
}

extension HDFSRemover {
    /// Finds in the trash what a run has put there.
    ///
    /// - Parameters:
    ///   - items: Items with their paths before the move.
    ///   - run: The run's name, which begins with its time.
    /// - Returns: For each its path relative to the home directory, or why it is not known.
    func find(_ items: [RemovalItem], run: ObjectName) -> [Result<ObjectName, StorageError>] {
        if items.isEmpty { return [] }
        let action = "look in the trash for"
        var patterns: [ObjectName] = []
        var refused: [Int: StorageError] = [:]
        for (position, item) in items.enumerated() {
            do throws(StorageError) {
                patterns += TrashPath.patterns(
                    of: try ShellPath.argument(for: item.place, action: action)
                )
            } catch {
                refused[position] = error
            }
        }
        let listing = shell.change(["-ls", "-d"], patterns)
        let others = listing.failure?.complaints.others ?? []
        let failed = listing.error != nil || !others.isEmpty
        let paths = listing.output.split(separator: UInt8(ascii: "\n")).compactMap { line in
            line.firstRange(of: Array(".Trash/".utf8)).map { ObjectName(line[$0.lowerBound...]) }
        }
        var candidates: [ObjectName: [ObjectName]] = [:]
        for path in paths { candidates[Self.original(of: path).path, default: []].append(path) }
        for path in paths {
            let original = Self.original(of: path)
            if let bare = original.bare { candidates[bare, default: []].append(path) }
        }
        return items.enumerated().map { position, item in
            if let error = refused[position] { return .failure(error) }
            if failed { return .failure(listing.error(action, item.place)) }
            return Self.choose(candidates[item.place.path] ?? [], run, item.place, action)
        }
    }

    /// The place that something in the trash was at: as it stands, and without milliseconds.
    private static func original(of path: ObjectName) -> (path: ObjectName, bare: ObjectName?) {
        let parts = path.components.dropFirst(2)
        let joined = ObjectName(parts.flatMap { [UInt8(ascii: "/")] + $0.bytes })
        let digits = joined.bytes.suffix(13)
        let isNumber = digits.count == 13 && digits.allSatisfy { (0x30...0x39).contains($0) }
        return (joined, isNumber ? ObjectName(joined.bytes.dropLast(13)) : nil)
    }

    private static func choose(
        _ candidates: [ObjectName],
        _ run: ObjectName,
        _ place: StorageURL,
        _ action: String
    ) -> Result<ObjectName, StorageError> {
        let candidates = Set(candidates).sorted()
        guard let first = candidates.first else {
            return .failure(
                StorageError(
                    .notFound,
                    action: action,
                    place: place,
                    detail: "it is not in the trash of the user that the command runs as"
                )
            )
        }
        if candidates.count == 1 { return .success(first) }
        // Moved when the name was taken already: the milliseconds say when.
        let begin = RunTime.milliseconds(run) ?? .max
        let later = candidates.compactMap { path -> (Int64, ObjectName)? in
            guard original(of: path).path != place.path,
                let time = Int64(ObjectName(path.bytes.suffix(13)).description), time >= begin
            else { return nil }
            return (time, path)
        }
        if let found = later.min(by: { $0.0 < $1.0 }) { return .success(found.1) }
        let names = candidates.map { "\"\($0)\"" }.joined(separator: ", ")
        return .failure(
            StorageError(
                .changed,
                action: action,
                place: place,
                detail: "the trash holds more than one of that name: \(names)"
            )
        )
    }
}

/// The time in a run's name.
enum RunTime {
    /// Milliseconds since 1970 of `20261125T183041Z-…`; nil where the name does not begin so.
    static func milliseconds(_ run: ObjectName) -> Int64? {
        let text = Array(run.description.utf8)
        guard text.count >= 15, text[8] == UInt8(ascii: "T") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            Int(String(decoding: text[range], as: UTF8.self))
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = Int64(CivilDay(year: year, month: month, day: day).number)
        let seconds = Int64((hour * 60 + minute) * 60 + second)
        return (days * 86_400 + seconds) * 1000
    }
}
