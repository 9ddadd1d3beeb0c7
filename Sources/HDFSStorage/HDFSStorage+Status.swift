// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
public import SnapshotModel
public import Storage

extension HDFSStorage {
    /// Looks at single objects; times of anything but metadata are in whole minutes, as in listings.
    public func status(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        // Of metadata a listing has shown what they are called; anything else is looked for.
        let isHidden = objects.map { TrashedPlace($0) != nil && $0.path.last != "_metadata" }
        guard !isHidden.contains(true) else {
            var hidden = statusInTrash(zip(objects, isHidden).filter(\.1).map(\.0)).makeIterator()
            let rest = zip(objects, isHidden).filter { !$0.1 }.map(\.0)
            var others = (rest.isEmpty ? [] : status(of: rest)).makeIterator()
            return isHidden.map { ($0 ? hidden.next() : others.next()) ?? .success(nil) }
        }
        return zip(objects, exactStatus(of: objects)).map { object, result in
            result.map { status in
                guard let status, object.path.last != "_metadata" else { return status }
                return ObjectStatus(
                    kind: status.kind,
                    size: status.size,
                    modified: status.modified.wholeMinute,
                    identity: .none
                )
            }
        }
    }

    /// Looks at single objects with `-stat`, times to the millisecond.
    ///
    /// A line does not say which object it is about: they come in the order of the arguments, and
    /// what is not there has none but a complaint. Unless that adds up, nothing is known.
    func exactStatus(of objects: [StorageURL]) -> [Result<ObjectStatus?, StorageError>] {
        var results = [Result<ObjectStatus?, StorageError>?](repeating: nil, count: objects.count)
        var open: [(position: Int, path: ObjectName)] = []
        for (position, object) in objects.enumerated() {
            do throws(StorageError) {
                open.append((position, try argument(for: object, action: "look at")))
            } catch {
                results[position] = .failure(error)
            }
        }
        do throws(CommandError) {
            let invocation = try shell.invocation(["-stat", "%Y|%b|%F"])
            let paths = open.map(\.path)
            for range in HadoopShell.batches(paths, of: invocation) {
                let positions = open[range].map(\.position)
                let answers = status(positions.map { objects[$0] }, paths[range], invocation)
                for (position, answer) in zip(positions, answers) { results[position] = answer }
            }
        } catch {
            for entry in open {
                results[entry.position] = .failure(
                    StorageError("look at", objects[entry.position], error)
                )
            }
        }
        return zip(objects, results).map { object, result in
            result
                ?? .failure(
                    StorageError(.failed, action: "look at", place: object, detail: "no answer")
                )
        }
    }

    private func status(
        _ objects: [StorageURL],
        _ paths: ArraySlice<ObjectName>,
        _ invocation: CommandInvocation
    ) -> [Result<ObjectStatus?, StorageError>] {
        do throws(ShellFailure) {
            let most = Int64(objects.count) * Self.longestStatus
            let looked = try look(invocation, paths, most: most)
            var lines: [ObjectStatus?] = []
            let isRead = looked.spool.eachLine { lines.append(Self.status($0)) }
            let paths = objects.map { trashNames.printed($0.path) }
            let isMissing = paths.map(looked.answer.complaints.isMissing)
            guard isRead, looked.isWhole(given: Set(paths)),
                lines.count == isMissing.count(where: { !$0 }), !lines.contains(nil)
            else {
                return objects.map { .failure(.unknown("look at", $0, looked.answer)) }
            }
            var next = lines.makeIterator()
            return isMissing.map { .success($0 ? nil : next.next() ?? nil) }
        } catch {
            return objects.map { .failure(error.error("look at", $0)) }
        }
    }

    /// The most bytes of a line of `-stat`: two numbers of 64 bits, and a kind.
    private static let longestStatus: Int64 = 64

    /// `1795630810996|0|directory`.
    private static func status(_ line: UnsafeRawBufferPointer) -> ObjectStatus? {
        let fields = String(decoding: line, as: UTF8.self)
            .split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 3, let milliseconds = Int64(fields[0]), let size = Int64(fields[1]),
            size >= 0
        else { return nil }
        let kind: ObjectKind
        switch fields[2] {
        case "regular file": kind = .file
        case "directory": kind = .directory
        case "symlink": kind = .symbolicLink
        default: return nil
        }
        return ObjectStatus(
            kind: kind,
            size: kind == .file ? size : 0,
            modified: Instant(milliseconds: milliseconds),
            identity: .none
        )
    }

    /// Names the directories directly in each of many directories, with one `-ls`.
    public func subdirectories(
        ofEach directories: [StorageURL]
    ) -> [Result<[ObjectName], StorageError>] {
        directories.isEmpty ? [] : DirectoryLook(self, directories).results()
    }
}

/// One look into many directories.
private struct DirectoryLook {
    private let storage: HDFSStorage
    private let directories: [StorageURL]

    init(_ storage: HDFSStorage, _ directories: [StorageURL]) {
        self.storage = storage
        self.directories = directories
    }

    func results() -> [Result<[ObjectName], StorageError>] {
        do throws(CommandError) {
            let invocation = try storage.shell.invocation(["-ls"])
            var results: [Result<[ObjectName], StorageError>] = []
            let arguments = directories.map { directory in
                Result { () throws(StorageError) in
                    try ShellPath.argument(for: directory, action: "list")
                }
            }
            let paths = arguments.map { (try? $0.get()) ?? "/" }
            for range in HadoopShell.batches(paths, of: invocation) {
                results += look(Array(range), paths, invocation)
            }
            return zip(arguments, results).map { argument, result in
                if case .failure(let error) = argument { return .failure(error) }
                return result
            }
        } catch {
            return directories.map { .failure(StorageError("list", $0, error)) }
        }
    }

    private func look(
        _ positions: [Int],
        _ paths: [ObjectName],
        _ invocation: CommandInvocation
    ) -> [Result<[ObjectName], StorageError>] {
        let places = positions.map { directories[$0] }
        do throws(ShellFailure) {
            let looked = try storage.look(invocation, positions.map { paths[$0] }[...])
            let answer = looked.answer
            guard let found = Self.read(looked.spool) else {
                return places.map { .failure(.unknown("list", $0, answer)) }
            }
            if looked.isWhole(given: Set(places.map(\.path))) {
                return places.map { found.result(of: $0, answer) }
            }
            // Those that something is said of are out; the others get a call without them.
            let isFine = places.map { answer.complaints.line(about: $0.path) == nil }
            let fine = zip(positions, isFine).filter(\.1).map(\.0)
            guard !fine.isEmpty, fine.count < positions.count, !answer.ranTooLong else {
                return places.map { .failure(StorageError("list", $0, answer)) }
            }
            var again = look(fine, paths, invocation).makeIterator()
            return zip(places, isFine).map { place, isFine in
                isFine
                    ? again.next() ?? .failure(StorageError("list", place, answer))
                    : found.result(of: place, answer).flatMap { _ in
                        .failure(StorageError("list", place, answer))
                    }
            }
        } catch {
            return places.map { .failure(error.error("list", $0)) }
        }
    }

    /// What lies in each directory, and what turned out to be none.
    private struct Found {
        var names: [ObjectName: [ObjectName]] = [:]
        var files: Set<ObjectName> = []

        func result(
            of directory: StorageURL,
            _ answer: HadoopShell.Answer
        ) -> Result<[ObjectName], StorageError> {
            if answer.complaints.isMissing(directory.path) {
                let detail = "no such file or directory"
                return .failure(
                    StorageError(.notFound, action: "list", place: directory, detail: detail)
                )
            }
            if files.contains(directory.path) {
                let detail = "it is not a directory"
                return .failure(
                    StorageError(.changed, action: "list", place: directory, detail: detail)
                )
            }
            return .success(names[directory.path, default: []].sorted())
        }
    }

    /// Reads the output; nil where a line of it is none, or fewer came than it said itself.
    private static func read(_ spool: borrowing SpoolFile) -> Found? {
        var found = Found()
        var isSound = true
        // Lines that are to come. A file that was given itself comes without a number.
        var missing = 0
        let isRead = spool.eachLine { bytes in
            if isHeading(bytes) {
                let count = UInt32(String(decoding: bytes.dropFirst(6).dropLast(6), as: UTF8.self))
                if missing > 0 || count == nil { isSound = false }
                missing = count.map { Int($0) } ?? 0
                return
            }
            missing -= 1
            guard let line = ShellListingLine(bytes) else {
                isSound = false
                return
            }
            let path = ObjectName(bytes[line.pathStart...])
            // A file that is given itself is listed as what it is.
            if line.kind == .file { found.files.insert(path) }
            guard line.kind == .directory else { return }
            let place = StorageURL(scheme: nil, path: path)
            found.names[place.parent.path, default: []].append(path.last)
        }
        return isRead && isSound && missing <= 0 ? found : nil
    }

    /// `Found 3 items`.
    private static func isHeading(_ line: UnsafeRawBufferPointer) -> Bool {
        line.starts(with: "Found ".utf8) && line.suffix(6).elementsEqual(" items".utf8)
    }
}
