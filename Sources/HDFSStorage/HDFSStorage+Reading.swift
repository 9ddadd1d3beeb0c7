// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
public import SnapshotModel
public import Storage

extension HDFSStorage {
    /// Reads objects with as few calls of `-cat` as they fit into.
    ///
    /// A call writes one object after the other; with the lengths that the store gave they are told
    /// apart. Where the output is not exactly as long as they are together, or metadata do not begin
    /// as such, they are read again in smaller calls, in the end one by one.
    public func read(
        _ objects: [StorageURL],
        _ receive: (Int, consuming Result<FileByteSource, StorageError>) -> Void
    ) {
        let reading = ObjectReading(self, objects)
        reading.readAll(receive)
    }
}

/// One reading of many objects.
private struct ObjectReading {
    typealias Receive = (Int, consuming Result<FileByteSource, StorageError>) -> Void

    /// The most bytes that one call may write, so that the file they are kept in stays small.
    private static let mostBytes: Int64 = 256 << 20
    /// What metadata begin with.
    ///
    /// Source: `org.apache.flink.runtime.checkpoint.Checkpoints.HEADER_MAGIC_NUMBER`.
    private static let magic: UInt32 = 0x4960_672D

    /// An object that is there, as the store says.
    private struct Known {
        let position: Int
        let argument: ObjectName
        let size: Int64
        let modified: Instant
    }

    private let storage: HDFSStorage
    private let objects: [StorageURL]

    init(_ storage: HDFSStorage, _ objects: [StorageURL]) {
        self.storage = storage
        self.objects = objects
    }

    func readAll(_ receive: Receive) {
        guard !objects.isEmpty else { return }
        let known = lookUp(receive)
        do throws(CommandError) {
            let invocation = try storage.shell.invocation(["-cat"])
            for range in HadoopShell.batches(known.map(\.argument), of: invocation) {
                for group in Self.groups(known[range]) { read(group, invocation, receive) }
            }
        } catch {
            for entry in known {
                receive(
                    entry.position,
                    .failure(StorageError("read", objects[entry.position], error))
                )
            }
        }
    }

    /// Lengths and times; those that no listing gave are asked for in one call.
    private func lookUp(_ receive: Receive) -> [Known] {
        var found: [Int: (size: Int64, modified: Instant)] = [:]
        var unknown: [Int] = []
        for (position, object) in objects.enumerated() {
            if let latest = storage.times.latest(object.path) {
                found[position] = latest
            } else {
                unknown.append(position)
            }
        }
        let answers =
            unknown.isEmpty ? [] : storage.exactStatus(of: unknown.map { objects[$0] })
        for (position, answer) in zip(unknown, answers) {
            let place = objects[position]
            switch answer {
            case .success(let status?) where status.kind == .file:
                found[position] = (status.size, status.modified)
            case .success(.some):
                receive(position, .failure(Self.error(.changed, place, "not a file")))
            case .success(nil):
                receive(position, .failure(Self.error(.notFound, place, Self.missing)))
            case .failure(let error):
                receive(
                    position,
                    .failure(Self.error(error.reason, place, error.detail))
                )
            }
        }
        return objects.indices.compactMap { position in
            guard let entry = found[position] else { return nil }
            do throws(StorageError) {
                return Known(
                    position: position,
                    argument: try storage.argument(for: objects[position], action: "read"),
                    size: entry.size,
                    modified: entry.modified
                )
            } catch {
                receive(position, .failure(error))
                return nil
            }
        }
    }

    private static let missing = "no such file or directory"

    private static func error(
        _ reason: StorageError.Reason,
        _ place: StorageURL,
        _ detail: String
    ) -> StorageError {
        StorageError(reason, action: "read", place: place, detail: detail)
    }

    private static func groups(_ known: ArraySlice<Known>) -> [[Known]] {
        var groups: [[Known]] = []
        var bytes: Int64 = 0
        for entry in known {
            if groups.isEmpty || bytes > mostBytes - entry.size {
                groups.append([])
                bytes = 0
            }
            groups[groups.count - 1].append(entry)
            bytes.add(bytes: entry.size)
        }
        return groups
    }

    // MARK: One call

    private func read(_ group: [Known], _ invocation: CommandInvocation, _ receive: Receive) {
        do throws(ShellFailure) {
            let most = group.sum(of: \.size)
            let looked = try storage.look(invocation, group.map(\.argument)[...], most: most)
            if isSound(looked, group) || (group.count == 1 && isWhole(looked, group)) {
                handOn(looked.spool, group, receive)
            } else {
                readAgain(group, looked.answer, looked.spool.length, invocation, receive)
            }
        } catch {
            for entry in group {
                receive(entry.position, .failure(error.error("read", objects[entry.position])))
            }
        }
    }

    private func isWhole(_ looked: borrowing Looked, _ group: [Known]) -> Bool {
        looked.answer.isClean && looked.spool.length == group.sum(of: \.size)
    }

    /// The output is as long as it has to be, and metadata begin where they should.
    private func isSound(_ looked: borrowing Looked, _ group: [Known]) -> Bool {
        guard isWhole(looked, group) else { return false }
        var offset: Int64 = 0
        for entry in group {
            let isMetadata = objects[entry.position].path.last == "_metadata"
            if isMetadata, entry.size >= 4, looked.spool.word(at: offset) != Self.magic {
                return false
            }
            offset += entry.size
        }
        return true
    }

    private func handOn(
        _ spool: borrowing SpoolFile,
        _ group: [Known],
        _ receive: Receive
    ) {
        var offset: Int64 = 0
        for entry in group {
            let source = spool.part(
                from: offset,
                length: entry.size,
                modified: entry.modified
            )
            offset += entry.size
            if let source {
                receive(entry.position, .success(source))
            } else {
                let place = objects[entry.position]
                receive(entry.position, .failure(Self.error(.failed, place, "cannot be kept")))
            }
        }
    }

    /// Reads what is left after a call that did not add up, and says of the rest why it does not.
    ///
    /// After one that came to its time limit nothing is read again: with every half of many objects
    /// that limit would have to be waited for.
    private func readAgain(
        _ group: [Known],
        _ answer: HadoopShell.Answer,
        _ length: Int64,
        _ invocation: CommandInvocation,
        _ receive: Receive
    ) {
        var rest: [Known] = []
        for entry in group {
            let place = objects[entry.position]
            let name = storage.trashNames.printed(place.path)
            if answer.complaints.isMissing(name) {
                storage.times.forget(place.path)
                // The trash renames what lies in it from time to time: there it is not known gone.
                let isInTrash = name != place.path
                let error =
                    isInTrash
                    ? Self.error(.failed, place, "the trash was emptied or renamed meanwhile")
                    : Self.error(.notFound, place, Self.missing)
                receive(entry.position, .failure(error))
            } else if answer.complaints.line(about: name) != nil {
                receive(entry.position, .failure(StorageError("read", place, answer)))
            } else {
                rest.append(entry)
            }
        }
        if rest.isEmpty { return }
        let isHopeless = answer.ranTooLong
        if rest.count < group.count, !isHopeless { return read(rest, invocation, receive) }
        guard rest.count > 1, !isHopeless, answer.isClean || length > 0 else {
            for entry in rest {
                let place = objects[entry.position]
                let error =
                    answer.isClean
                    ? Self.error(.changed, place, "it is not as long as it was listed")
                    : StorageError("read", place, answer)
                storage.times.forget(place.path)
                receive(entry.position, .failure(error))
            }
            return
        }
        read(Array(rest.prefix(rest.count / 2)), invocation, receive)
        read(Array(rest.dropFirst(rest.count / 2)), invocation, receive)
    }
}
