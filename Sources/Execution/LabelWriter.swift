// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Foundation
public import Policy
public import SnapshotModel
package import Storage
package import StorageRemoval

/// Sets labels on snapshots and takes them away.
///
/// A label is an empty object `_label.<name>` in the snapshot's own directory: it moves with it and
/// is seen in every listing.
public struct LabelWriter {
    private let readerFor: (StorageURL) -> (any StorageReader)?
    private let remover: any StorageRemover

    /// Makes a writer.
    ///
    /// - Parameter backends: What reaches the stores.
    public init(backends: Backends) {
        self.init(readerFor: backends.reader(for:), remover: backends.remover)
    }

    package init(
        readerFor: @escaping (StorageURL) -> (any StorageReader)?,
        remover: any StorageRemover
    ) {
        self.readerFor = readerFor
        self.remover = remover
    }

    /// Sets a label; nothing happens where it is set already.
    ///
    /// - Parameters:
    ///   - name: The label.
    ///   - place: The snapshot's directory.
    ///   - quietFor: How long an attempt must have been quiet to be over.
    ///   - calendar: In the policy's zone.
    ///   - now: The time.
    /// - Throws: `LabelError` where it cannot or must not be set.
    public func set(
        _ name: ObjectName,
        on place: StorageURL,
        quietFor: RetentionDuration,
        calendar: Calendar,
        now: Instant
    ) throws(LabelError) {
        let found = try look(name, place)
        try refuseLiving(place, quietFor: quietFor, calendar: calendar, now: now)
        if found.labels.contains(name) { return }
        let item = RemovalItem(
            root: place,
            path: ObjectName(FlinkNames.labelPrefix.bytes + name.bytes),
            kind: .file,
            identity: found.identity
        )
        do throws(StorageError) {
            try remover.create(item)
        } catch {
            if error.reason != .alreadyExists { throw .storage(error) }
        }
    }

    /// Takes a label away.
    ///
    /// - Parameters:
    ///   - name: The label.
    ///   - place: The snapshot's directory.
    ///   - quietFor: How long an attempt must have been quiet to be over.
    ///   - calendar: In the policy's zone.
    ///   - now: The time.
    /// - Throws: `LabelError` where it is not there or cannot or must not be taken away.
    public func remove(
        _ name: ObjectName,
        from place: StorageURL,
        quietFor: RetentionDuration,
        calendar: Calendar,
        now: Instant
    ) throws(LabelError) {
        let found = try look(name, place)
        try refuseLiving(place, quietFor: quietFor, calendar: calendar, now: now)
        guard found.labels.contains(name) else {
            throw .notLabelled(place, name.description)
        }
        let item = RemovalItem(
            root: place,
            path: ObjectName(FlinkNames.labelPrefix.bytes + name.bytes),
            kind: .file,
            identity: .none
        )
        if let error = remover.remove([item]).first ?? nil { throw .storage(error) }
    }

    private func look(
        _ name: ObjectName,
        _ place: StorageURL
    ) throws(LabelError) -> DirectoryProbe {
        guard name.isLabelName else { throw .badName(name.description) }
        guard let reader = readerFor(place) else { throw .noSnapshot(place) }
        let probe: DirectoryProbe?
        do throws(StorageError) {
            probe = try DirectoryProbe.probe(place, with: reader)
        } catch {
            throw .storage(error)
        }
        guard let probe, probe.metadataLength != nil else { throw .noSnapshot(place) }
        return probe
    }

    /// Refuses a snapshot in the directory of an attempt that may be running (law 7).
    private func refuseLiving(
        _ place: StorageURL,
        quietFor: RetentionDuration,
        calendar: Calendar,
        now: Instant
    ) throws(LabelError) {
        guard let attempt = attemptDirectory(of: place), let reader = readerFor(attempt) else {
            return
        }
        var sink = ActivitySink()
        if case .incomplete(let errors) = reader.list([attempt], into: &sink).first {
            throw .storage(
                errors.first
                    ?? StorageError(
                        .failed,
                        action: "list",
                        place: attempt,
                        detail: "its listing was cut short"
                    )
            )
        }
        let since = sink.newest ?? now
        let over = quietFor.end(after: since, in: calendar)
        if over >= now { throw .attemptNotOver(place, since: since, over: over) }
    }

    /// The nearest directory above that is an attempt's; for a checkpoint at least its parent.
    private func attemptDirectory(of place: StorageURL) -> StorageURL? {
        if let attempt = place.above.first(where: { FlinkNames.isJobID($0.path.last) }) {
            return attempt
        }
        return FlinkNames.checkpointNumber(place.path.last) == nil ? nil : place.parent
    }
}

/// Notes the newest time of a file of Flink's.
private struct ActivitySink: ListingSink {
    var newest: Instant?

    mutating func receive(
        root: Int,
        path: Span<UInt8>,
        kind: ObjectKind,
        size: Int64,
        modified: Instant,
        identity: ObjectIdentity
    ) {
        guard kind == .file else { return }
        let name = path.withUnsafeBytes { ObjectName($0) }
        guard !name.components.contains(where: FlinkNames.isJanitors),
            FlinkNames.label(name.last) == nil
        else { return }
        newest = max(newest ?? modified, modified)
    }
}
