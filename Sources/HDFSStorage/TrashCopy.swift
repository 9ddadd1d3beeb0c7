// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel
internal import Storage

/// A directory of the store that is a trash: it holds `Current` and what that was renamed to.
///
/// Source: `org.apache.hadoop.fs.TrashPolicyDefault` and `DistributedFileSystem.getTrashRoot`, 3.4.2:
/// `.Trash` in the home directory of the user that the command runs as, and in an encryption zone or a
/// directory with snapshots of its own `.Trash/<user>` there.
enum TrashDirectory: Hashable, Comparable {
    /// Where the store said that it moved something to, an absolute path.
    case told(ObjectName)
    /// That of the user that the command runs as; where it is nobody has said.
    case own

    /// What the shell calls it.
    var name: ObjectName {
        switch self {
        case .told(let path): path
        case .own: ".Trash"
        }
    }

    /// A pattern for a path in it, whatever `Current` was renamed to since.
    func pattern(_ path: ObjectName) -> ObjectName {
        ObjectName(ShellPath.escaped(name).bytes + Array("/*".utf8) + path.bytes)
    }

    /// Takes apart what the shell prints of something in it: when it was thrown away, and where it was.
    func split(_ printed: ObjectName) -> (checkpoint: ObjectName, path: ObjectName)? {
        let front = name.bytes + [UInt8(ascii: "/")]
        guard printed.bytes.starts(with: front) else { return nil }
        let rest = printed.bytes.dropFirst(front.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")), slash > rest.startIndex else {
            return nil
        }
        return (ObjectName(rest[..<slash]), ObjectName(rest[slash...]))
    }
}

/// Where a move went, as the store told it: `<trash>/Current/<path>`, with milliseconds behind it where
/// the name was taken.
struct TrashTarget {
    let directory: TrashDirectory
    /// Thirteen digits, or none.
    let milliseconds: ObjectName

    /// Takes apart what a journal has of a move; nil where it is nothing, or no such place.
    init?(of move: TrashedPlaces.Move) {
        guard let target = move.trash else { return nil }
        self.init(target, of: move.place)
    }

    /// Takes apart where something went; nil where it is no such place.
    init?(_ target: StorageURL, of place: StorageURL) {
        let tail = Array("/Current".utf8) + place.path.bytes
        for count in [0, 13] {
            let path = target.path.bytes.dropLast(count)
            let digits = target.path.bytes.suffix(count)
            guard path.suffix(tail.count).elementsEqual(tail), digits.allSatisfy(\.isDigit) else {
                continue
            }
            let directory = ObjectName(path.dropLast(tail.count))
            guard directory.components.suffix(2).contains(".Trash") else { continue }
            self.directory = .told(directory)
            milliseconds = ObjectName(digits)
            return
        }
        return nil
    }
}

/// Something in a trash that was once at a place.
struct TrashCopy: Hashable {
    let directory: TrashDirectory
    /// When it was thrown away: `Current`, or the time at which that was renamed.
    let checkpoint: ObjectName
    /// Thirteen digits behind its name, or none.
    let milliseconds: ObjectName
    /// What the shell calls it.
    let printed: ObjectName
    let status: ObjectStatus
    /// It was seen in the trash of the user that the command runs as.
    var isOwn: Bool

    /// Tells whether it came to the trash before another one of the same place.
    fileprivate func isOlder(than other: TrashCopy) -> Bool {
        // The name is a time, and what has none yet is the newest.
        let current: ObjectName = "Current"
        if checkpoint != other.checkpoint {
            return other.checkpoint == current
                || checkpoint != current && checkpoint < other.checkpoint
        }
        return milliseconds < other.milliseconds
    }

    /// Tells whether a move may have put it there.
    fileprivate func isPossible(for move: TrashedPlaces.Move) -> Bool {
        if let target = TrashTarget(of: move) {
            return target.directory == directory && target.milliseconds == milliseconds
        }
        guard isOwn else { return false }
        guard let time = Int64(milliseconds.description) else { return true }
        return time >= RunTime.milliseconds(move.run) ?? .max
    }
}

extension [TrashCopy] {
    /// The same copies, each once: the user's own trash may be one that the store has named.
    var unified: [TrashCopy] {
        var copies = filter { $0.directory != .own }
        for copy in self where copy.directory == .own {
            let known = copies.firstIndex {
                $0.directory.name.last == TrashDirectory.own.name && $0.status == copy.status
                    && $0.checkpoint == copy.checkpoint && $0.milliseconds == copy.milliseconds
            }
            guard let known else {
                copies.append(copy)
                continue
            }
            copies[known].isOwn = true
        }
        return copies
    }

    /// Tells which copies are those of which runs.
    ///
    /// The newest run that moved something from a place has the newest copy that it may have made:
    /// what a server empties by itself is what came first, and whoever takes something back takes what
    /// is missed. Moves of which it is not known that they happened get what the others leave. What lies
    /// in a copy has to be looked at all the same before anything is done with it.
    ///
    /// - Parameter moves: Every move of what was at one place, older runs first.
    /// - Returns: The copies by the names of runs, and those that no run made.
    func assigned(
        to moves: [TrashedPlaces.Move]
    ) -> (runs: [ObjectName: TrashCopy], others: [TrashCopy]) {
        var open = sorted { $0.isOlder(than: $1) }
        var runs: [ObjectName: TrashCopy] = [:]
        let newestFirst = moves.reversed()
        for move in newestFirst.filter(\.isCertain) + newestFirst.filter({ !$0.isCertain }) {
            if let index = open.lastIndex(where: { $0.isPossible(for: move) }) {
                runs[move.run] = open.remove(at: index)
            }
        }
        return (runs, open)
    }
}

extension TrashedPlaces.Move {
    /// The trash that it went to: the one that the store has named, or else the user's own.
    var directory: TrashDirectory { TrashTarget(of: self)?.directory ?? .own }
}

extension [TrashedPlaces.Move] {
    /// The trashes in which to look for what was moved, those that the store has named first.
    var directories: [TrashDirectory] {
        Set(map(\.directory)).sorted()
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
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
