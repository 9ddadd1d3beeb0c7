// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Foundation
public import Planning
internal import SnapshotModel

/// Reads back what `janitor plan --save` wrote.
///
/// Only what a plan lists as condemned is taken from it, and only to be compared with a plan made
/// now: whatever somebody writes into the file, nothing goes that would not go anyway.
public enum SavedPlan {
    /// Reads a saved plan.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - source: The file's name, for messages.
    /// - Returns: What it allows.
    /// - Throws: `SavedPlanError` where it is of another format, damaged, or no plan at all.
    public static func read(_ data: Data, source: String) throws(SavedPlanError) -> Approval {
        let head = try decode(WrittenHead.self, data, source) { .notPlan($0) }
        // Another format may have another checksum, so that this comes first.
        guard head.format == Plan.format else {
            throw SavedPlanError(.otherFormat(head.format, known: Plan.format), source)
        }
        if let fault = checksumFault(data) { throw SavedPlanError(fault, source) }
        let written = try decode(WrittenPlan.self, data, source) { .malformed($0) }
        guard let at = Instant(written.at) else {
            throw SavedPlanError(.noTime(key: "at", text: written.at), source)
        }
        let roots = Set(written.roots.compactMap { StorageURL(written: $0.path, $0.pathBytes) })
        var places: Set<StorageURL> = []
        var items: [Approval.Item] = []
        for snapshot in written.snapshots {
            let item = try item(snapshot, roots, source)
            guard places.insert(item.place).inserted else {
                throw SavedPlanError(.listedTwice(snapshot.path), source)
            }
            if snapshot.verdict == Verdict.condemn.rawValue { items.append(item) }
        }
        return Approval(source: source, fingerprint: written.fingerprint, at: at, items: items)
    }

    private static func item(
        _ snapshot: WrittenPlan.Snapshot,
        _ roots: Set<StorageURL>,
        _ source: String
    ) throws(SavedPlanError) -> Approval.Item {
        guard let place = StorageURL(written: snapshot.path, snapshot.pathBytes),
            let root = StorageURL(written: snapshot.root, snapshot.rootBytes),
            let time = Instant(snapshot.time),
            Verdict(rawValue: snapshot.verdict) != nil,
            let contents = snapshot.contents.digest, (snapshot.metadataBytes ?? 0) >= 0
        else { throw SavedPlanError(.malformedSnapshot(snapshot.path), source) }
        if snapshot.verdict == Verdict.condemn.rawValue {
            guard !roots.contains(place), place != root else {
                throw SavedPlanError(.isRoot(snapshot.path), source)
            }
            guard roots.contains(root), place.isPlainly(below: root) else {
                throw SavedPlanError(.outsideRoot(snapshot.path, root: snapshot.root), source)
            }
        }
        return Approval.Item(
            place: place,
            time: time,
            metadataLength: snapshot.metadataBytes,
            contents: contents
        )
    }

    /// Compares the checksum at the document's end with the text before it.
    private static func checksumFault(_ data: Data) -> SavedPlanError.Reason? {
        let opening = Array("\"checksum\": \"".utf8)
        let closing = Array("\"\n}\n".utf8)
        return data.withUnsafeBytes { bytes in
            let end = bytes.count - closing.count
            let start = end - 32
            let text = start - opening.count
            guard text >= 0, bytes[end...].elementsEqual(closing),
                bytes[text..<start].elementsEqual(opening)
            else { return .noChecksum }
            var checksum = Checksum128()
            checksum.add(UnsafeRawBufferPointer(rebasing: bytes[..<text]))
            return bytes[start..<end].elementsEqual(checksum.description.utf8)
                ? nil : .otherChecksum
        }
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        _ data: Data,
        _ source: String,
        _ reason: (String) -> SavedPlanError.Reason
    ) throws(SavedPlanError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw SavedPlanError(error.cause.map(reason) ?? .notJSON, source)
        } catch {
            throw SavedPlanError(.notJSON, source)
        }
    }
}

extension DecodingError {
    /// What is missing or of another type, and where; nil where the text is not JSON at all.
    fileprivate var cause: String? {
        switch self {
        case .keyNotFound(let key, let context):
            "it has no \"\(Self.path(context.codingPath + [key]))\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            context.codingPath.isEmpty
                ? "it is no object" : "\"\(Self.path(context.codingPath))\" is of another type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\"\(Self.path(context.codingPath))\" does not read"
        default: nil
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }.joined(separator: ".")
    }
}

extension StorageURL {
    /// The place that a plan shows by a text, and by bytes where the text is not exact.
    ///
    /// Nil where the text names no place, or another one than the bytes.
    fileprivate init?(written text: String, _ bytes: Data?) {
        guard let shown = StorageURL(parsing: ObjectName(text)) else { return nil }
        let path = bytes.map { ObjectName($0) } ?? shown.path
        self.init(scheme: shown.scheme, authority: shown.authority, path: path)
        guard description.utf8.elementsEqual(text.utf8), bytes == nil || !self.path.isUTF8 else {
            return nil
        }
    }

    /// Tells whether the place lies below another one, without a step up or in place.
    fileprivate func isPlainly(below root: StorageURL) -> Bool {
        guard scheme == root.scheme, let below = path(below: root), !below.bytes.isEmpty else {
            return false
        }
        return !below.components.contains { $0 == "." || $0 == ".." }
    }
}
