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
        let listed = ApprovedPlaces(written, source)
        return Approval(
            source: source,
            fingerprint: written.fingerprint,
            at: at,
            items: try listed.snapshots(),
            objects: try listed.objects(),
            lost: listed.lost,
            undoable: listed.undoable
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
                ? "it is not an object" : "\"\(Self.path(context.codingPath))\" is of another type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\"\(Self.path(context.codingPath))\" does not read"
        default: nil
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }.joined(separator: ".")
    }
}
