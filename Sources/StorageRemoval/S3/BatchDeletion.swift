// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Foundation
internal import Policy
internal import S3Storage
internal import Storage
internal import Synchronization

/// Deletes keys of one bucket in batches, a few at a time, and has an answer for each key.
///
/// What the store did not confirm is `unknown`: somebody has to look. After a failure of a whole
/// batch that patience does not mend, no further batch is begun.
final class BatchDeletion: Sendable {
    /// What became of a key.
    enum Outcome: Hashable {
        /// The store says that it is gone; the delete marker that stands there now, if any.
        case deleted(marker: String?)
        /// The store says that it is there still.
        case failed(S3Failure)
        /// Nothing is known: the answer got lost, or the key was never asked for.
        case unknown(S3Failure)
    }

    private let calls: S3Calls
    private let bucket: String
    private let directory: PrivateDirectory
    private let pause: @Sendable (Duration) -> Void
    private let files = Atomic<Int>(0)
    private let stopped = Mutex<S3Failure?>(nil)
    private let doesBatches = Atomic<Bool>(true)

    /// The most keys that one `s5cmd` deletes: a call that changes anything is a short one.
    private static let mostByS5cmd = 50_000

    /// How often a batch is tried again that met a slow-down, and the first pause before it.
    private static let pauses: [Duration] = [.seconds(1), .seconds(4), .seconds(16)]

    /// Prepares deletions.
    ///
    /// - Parameters:
    ///   - bucket: The bucket that all keys lie in.
    ///   - calls: Makes the calls.
    ///   - pause: Waits.
    /// - Throws: `S3Failure` where no private directory can be made.
    init(
        bucket: String,
        calls: S3Calls,
        pause: @escaping @Sendable (Duration) -> Void
    ) throws(S3Failure) {
        self.bucket = bucket
        self.calls = calls
        self.pause = pause
        directory = try PrivateDirectory(in: calls.temporaryDirectory)
    }

    /// Deletes keys.
    ///
    /// - Parameters:
    ///   - keys: What goes; with versions only by `aws`.
    ///   - namesMarkers: Whether the delete markers have to be known that stand there then: s5cmd does
    ///     not tell them.
    /// - Returns: The outcome for every key.
    func delete(_ keys: [KeyToDelete], namesMarkers: Bool = false) -> [KeyToDelete: Outcome] {
        var outcomes: [KeyToDelete: Outcome] = [:]
        outcomes.reserveCapacity(keys.count)
        let usesS5cmd =
            calls.settings.client == .s5cmd && !namesMarkers
            && keys.allSatisfy { $0.version == nil }
        // Source: s5cmd 2.3 reads a script line by line, and refuses to delete a key that ends in a
        // slash, and with it all others of its line.
        let (plain, odd) = keys.partitioned(by: { item in
            let bytes = item.key.bytes
            return item.key.fitsBatch
                && !(usesS5cmd && (bytes.contains(0x0A) || bytes.last == UInt8(ascii: "/")))
        })
        if usesS5cmd {
            for part in plain.chunks(of: Self.mostByS5cmd) {
                for (key, outcome) in deleteByS5cmd(part) { outcomes[key] = outcome }
            }
        } else {
            let batches = plain.chunks(of: DeleteRequest.limit)
            let answers = concurrentMap(batches, atMost: calls.settings.parallel) { batch in
                self.delete(batch: batch)
            }
            for answer in answers { outcomes.merge(answer) { first, _ in first } }
        }
        for (key, outcome) in deleteSingly(odd) { outcomes[key] = outcome }
        return outcomes
    }

    // MARK: Batches

    private func delete(batch: [KeyToDelete]) -> [KeyToDelete: Outcome] {
        var outcomes: [KeyToDelete: Outcome] = [:]
        var left = batch
        for attempt in 0...Self.pauses.count {
            if let failure = stopped.withLock({ $0 }) {
                for key in left { outcomes[key] = outcomes[key] ?? .unknown(failure) }
                return outcomes
            }
            guard doesBatches.load(ordering: .relaxed) else { break }
            for (key, outcome) in deleteOnce(left) { outcomes[key] = outcome }
            left = left.filter { outcomes[$0]?.isSlowDown ?? false }
            if left.isEmpty { return outcomes }
            if attempt < Self.pauses.count { pause(Self.pauses[attempt]) }
        }
        guard doesBatches.load(ordering: .relaxed) else {
            return outcomes.merging(deleteSingly(left)) { _, later in later }
        }
        // Whoever asks for patience for so long is not to be pressed with the next batch.
        stop(S3Failure("the store asks to slow down, again and again"))
        return outcomes
    }

    private func deleteOnce(_ batch: [KeyToDelete]) -> [KeyToDelete: Outcome] {
        do throws(S3Failure) {
            let number = files.wrappingAdd(1, ordering: .relaxed).oldValue
            let file = try directory.write(DeleteRequest.body(batch), as: "batch-\(number)")
            defer { try? FileManager.default.removeItem(atPath: file) }
            let words = [
                "s3api", "delete-objects", "--bucket=\(bucket)", "--delete=file://\(file)",
                "--output=text", "--query=\(DeleteAnswer.query)",
            ]
            let bytes = try calls.aws(words, changes: true)
            guard let answer = DeleteAnswer(bytes) else {
                throw S3Failure("the answer to a batch cannot be parsed")
            }
            return Self.outcomes(of: batch, answer)
        } catch {
            if error.refusesBatches {
                doesBatches.store(false, ordering: .relaxed)
                return deleteSingly(batch)
            }
            if !error.isSlowDown { stop(error) }
            return batch.outcomes { _ in .unknown(error) }
        }
    }

    private static func outcomes(
        of batch: [KeyToDelete],
        _ answer: DeleteAnswer
    ) -> [KeyToDelete: Outcome] {
        batch.outcomes { item in
            if let failure = answer.failures[item.key] {
                let words = failure.message.isEmpty ? failure.code : failure.message
                return .failed(S3Failure(code: failure.code, message: words))
            }
            if let marker = answer.deleted[item.key] { return .deleted(marker: marker) }
            return .unknown(S3Failure("the store said nothing of it"))
        }
    }

    private func stop(_ failure: S3Failure) {
        stopped.withLock { $0 = $0 ?? failure }
    }

    // MARK: Singly

    /// Deletes keys one by one: those that no batch may hold, and all in stores without batches.
    private func deleteSingly(_ keys: [KeyToDelete]) -> [KeyToDelete: Outcome] {
        let outcomes = concurrentMap(keys, atMost: calls.settings.parallel) { item in
            self.deleteOne(item)
        }
        return Dictionary(zip(keys, outcomes)) { first, _ in first }
    }

    /// What the store says of a key that it did not delete, when it is asked for that one.
    ///
    /// - Returns: Nil where it is gone this time, or nothing more is known.
    func reason(of item: KeyToDelete) -> S3Failure? {
        switch deleteOne(item) {
        case .failed(let failure), .unknown(let failure): failure
        case .deleted: nil
        }
    }

    private func deleteOne(_ item: KeyToDelete) -> Outcome {
        if let failure = stopped.withLock({ $0 }) { return .unknown(failure) }
        guard item.key.fitsArgument else {
            let detail = "\"aws\" takes a name that begins so for a file to read"
            return .failed(S3Failure(detail, reason: .unusableName))
        }
        do throws(S3Failure) {
            var words = ["s3api", "delete-object", "--bucket=\(bucket)", "--key=\(item.key.text)"]
            if let version = item.version { words.append("--version-id=\(version)") }
            words += ["--output=text", "--query=VersionId"]
            let text = String(decoding: try calls.aws(words, changes: true), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let isMarker = item.version == nil && !text.isEmpty && text != "None"
            return .deleted(marker: isMarker ? text : nil)
        } catch {
            return error.reason == .denied ? .failed(error) : .unknown(error)
        }
    }

    // MARK: s5cmd

    /// Deletes by one `s5cmd run`, which puts 1,000 keys into a request and many requests beside
    /// each other.
    private func deleteByS5cmd(_ keys: [KeyToDelete]) -> [KeyToDelete: Outcome] {
        guard !keys.isEmpty else { return [:] }
        var lines = ""
        for batch in keys.chunks(of: DeleteRequest.limit) {
            lines += "rm --raw"
            for item in batch {
                lines += " " + S5cmdScript.quoted("s3://\(bucket)/\(item.key.text)")
            }
            lines += "\n"
        }
        do throws(S3Failure) {
            let number = files.wrappingAdd(1, ordering: .relaxed).oldValue
            let file = try directory.write(Array(lines.utf8), as: "run-\(number)")
            let (bytes, failure) = try calls.s5cmd(["--json", "run", file], changes: true)
            let deleted = S5cmdAnswer.deleted(bytes, in: bucket)
            let why = failure ?? S3Failure("s5cmd said nothing of it")
            return keys.outcomes {
                deleted.contains($0.key) ? .deleted(marker: nil) : .unknown(why)
            }
        } catch {
            return keys.outcomes { _ in .unknown(error) }
        }
    }
}

extension BatchDeletion.Outcome {
    /// It may be tried again after a pause.
    fileprivate var isSlowDown: Bool {
        switch self {
        case .deleted: false
        case .failed(let failure), .unknown(let failure): failure.isSlowDown
        }
    }
}

extension [KeyToDelete] {
    fileprivate func outcomes(
        _ outcome: (KeyToDelete) -> BatchDeletion.Outcome
    ) -> [KeyToDelete: BatchDeletion.Outcome] {
        Dictionary(map { ($0, outcome($0)) }) { first, _ in first }
    }

    fileprivate func chunks(of count: Int) -> [[KeyToDelete]] {
        stride(from: 0, to: self.count, by: count).map { start in
            Array(self[start..<Swift.min(start + count, self.count)])
        }
    }

    fileprivate func partitioned(
        by isFirst: (KeyToDelete) -> Bool
    ) -> (first: [KeyToDelete], second: [KeyToDelete]) {
        var parts: ([KeyToDelete], [KeyToDelete]) = ([], [])
        for item in self {
            if isFirst(item) { parts.0.append(item) } else { parts.1.append(item) }
        }
        return parts
    }
}
