// SPDX-License-Identifier: Apache-2.0

internal import Discovery
public import Foundation
public import Planning
internal import SnapshotModel

/// Why a saved plan is no permission.
public struct SavedPlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with which file, and what to do.
    public let description: String

    init(_ source: String, _ why: String) {
        description =
            "cannot use the plan \"\(source)\": \(why)\n"
            + "  hint: make a new one with: janitor plan --save \(source)"
    }
}

/// Reads back what `janitor plan --save` wrote.
///
/// Only what a plan lists as condemned is taken from it, and only to be compared with a plan made
/// now: whatever somebody writes into the file, nothing goes that would not go anyway.
public enum SavedPlan {
    private struct Written: Decodable {
        struct Snapshot: Decodable {
            struct Contents: Decodable {
                let count: Int
                let sum: String
            }

            let path: String
            let pathBytes: Data?
            let time: String
            let verdict: String
            let metadataBytes: Int64?
            let contents: Contents
        }

        let format: Int
        let at: String
        let fingerprint: String
        let snapshots: [Snapshot]
    }

    private struct Head: Decodable {
        let format: Int
    }

    /// Reads a saved plan.
    ///
    /// - Parameters:
    ///   - data: The file's bytes.
    ///   - source: The file's name, for messages.
    /// - Returns: What it allows.
    /// - Throws: `SavedPlanError` where it is of another format, damaged, or no plan at all.
    public static func read(_ data: Data, source: String) throws(SavedPlanError) -> Approval {
        let decoder = JSONDecoder()
        guard let head = try? decoder.decode(Head.self, from: data) else {
            throw SavedPlanError(source, "it is no plan, or it is damaged")
        }
        guard head.format == Plan.format else {
            throw SavedPlanError(
                source,
                "it has the format \(head.format), and this version reads \(Plan.format)"
            )
        }
        let written: Written
        do {
            written = try decoder.decode(Written.self, from: data)
        } catch {
            throw SavedPlanError(
                source,
                "it is damaged: a plan's key is missing or of another type"
            )
        }
        guard let at = Instant(written.at) else {
            throw SavedPlanError(source, "\"at\" is no time: \"\(written.at)\"")
        }
        var items: [Approval.Item] = []
        for snapshot in written.snapshots where snapshot.verdict == Verdict.condemn.rawValue {
            items.append(try item(snapshot, source))
        }
        guard Set(items.map(\.place)).count == items.count else {
            throw SavedPlanError(source, "it lists a snapshot twice")
        }
        return Approval(source: source, fingerprint: written.fingerprint, at: at, items: items)
    }

    private static func item(
        _ snapshot: Written.Snapshot,
        _ source: String
    ) throws(SavedPlanError) -> Approval.Item {
        guard let shown = StorageURL(parsing: ObjectName(snapshot.path)),
            let time = Instant(snapshot.time),
            let sum = UInt64(snapshot.contents.sum, radix: 16)
        else {
            throw SavedPlanError(source, "\"\(snapshot.path)\" is not described as it should be")
        }
        let place = snapshot.pathBytes.map {
            StorageURL(scheme: shown.scheme, authority: shown.authority, path: ObjectName($0))
        }
        return Approval.Item(
            place: place ?? shown,
            time: time,
            metadataLength: snapshot.metadataBytes,
            contents: ContentsDigest(count: snapshot.contents.count, sum: sum)
        )
    }
}
