// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import FlinkMetadata
internal import SnapshotModel
internal import Storage

/// Finds the snapshots that need one path, and by which handle.
struct ExplainedNeeds {
    let inventory: Inventory
    let survey: ReferenceSurvey

    /// What is told, and whether everything that could need it was read.
    typealias Answer = (needs: [Explanation.Need], isComplete: Bool)

    private struct Key: Hashable {
        let snapshot: Int
        let role: String
        /// Nil where all references of a snapshot that lead into a directory are told as one.
        let written: ObjectName?
    }

    private struct Found {
        let phrase: String
        var written: ObjectName
        var isByNameOnly: Bool
        var count = 0
    }

    /// Finds who needs files.
    ///
    /// - Parameters:
    ///   - candidates: Positions of snapshots that may.
    ///   - isWanted: Tells whether a reference of a snapshot leads there.
    /// - Returns: One need for each snapshot, role and path, sorted.
    func files(
        of candidates: [Int],
        _ isWanted: (ReferenceSurvey.Need, Int) -> Bool
    ) -> Answer {
        var found: [Key: Found] = [:]
        let isRead = survey(candidates) { position, needs in
            for need in needs.references where isWanted(need, position) {
                Self.add(need, position, isGrouped: false, to: &found)
            }
        }
        return answer(found, isRead)
    }

    /// Finds who needs a directory, or files at any depth in it.
    ///
    /// - Returns: One need for each snapshot and role, sorted.
    func directory(_ directory: DirectoryID) -> Answer {
        var found: [Key: Found] = [:]
        let name = inventory.name(ofDirectory: directory)
        let isRead = survey(Array(inventory.snapshots.indices)) { position, needs in
            for need in needs.references {
                let isInside = need.files.contains {
                    inventory.isDirectory(inventory.directory(ofFile: $0), atOrBelow: directory)
                }
                if isInside { Self.add(need, position, isGrouped: true, to: &found) }
            }
            for pin in needs.pins {
                let isInside = pin.directory.map {
                    inventory.isDirectory($0, atOrBelow: directory)
                }
                guard isInside == true || pin.path.baseName == name else { continue }
                let key = Key(snapshot: position, role: "directory", written: nil)
                let phrase = "directory of merged files"
                let new = Found(
                    phrase: phrase,
                    written: pin.path.written,
                    isByNameOnly: isInside != true
                )
                found[key, default: new].count += 1
            }
        }
        return answer(found, isRead)
    }

    private static func add(
        _ need: ReferenceSurvey.Need,
        _ position: Int,
        isGrouped: Bool,
        to found: inout [Key: Found]
    ) {
        let role = need.reference.role
        let written = need.reference.path.written
        let key = Key(
            snapshot: position,
            role: role.description,
            written: isGrouped ? nil : written
        )
        var entry =
            found[key]
            ?? Found(phrase: role.phrase, written: written, isByNameOnly: need.isByNameOnly)
        entry.written = min(entry.written, written)
        entry.isByNameOnly = entry.isByNameOnly && need.isByNameOnly
        entry.count += 1
        found[key] = entry
    }

    private func survey(
        _ candidates: [Int],
        _ body: (Int, ReferenceSurvey.Needs) -> Void
    ) -> Bool {
        var survey = survey
        let unread = survey.forEachSnapshot(of: candidates, body)
        // What did not read at all could need it too.
        let areAllKnown = inventory.snapshots.allSatisfy {
            $0.metadataLength == nil || $0.areReferencesKnown
        }
        return unread.isEmpty && areAllKnown
    }

    private func answer(_ found: [Key: Found], _ isRead: Bool) -> Answer {
        let needs = found.map { key, found in
            Explanation.Need(
                snapshot: inventory.snapshots[key.snapshot].place,
                role: found.phrase,
                roleID: key.role,
                written: found.written,
                count: found.count,
                isByNameOnly: found.isByNameOnly
            )
        }
        let sorted = needs.sorted {
            ($0.snapshot, $0.roleID, $0.written) < ($1.snapshot, $1.roleID, $1.written)
        }
        return (sorted, isRead)
    }
}
