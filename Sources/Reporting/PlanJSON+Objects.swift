// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

/// What lies outside snapshots, in a plan for machines.
extension PlanJSON {
    /// Writes what lies outside snapshots: as it is decided on, or only what goes where nobody
    /// looked.
    func writeObjects(_ json: inout JSONWriter) {
        guard let result else {
            plan.objects.forEach { Self.write($0, &json) }
            return
        }
        let planned = Dictionary(
            plan.objects.map { ($0.place, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var written: Set<StorageURL> = []
        result.objects.forEach { decided in
            let place = result.inventory.place(of: decided.object)
            if let planned = planned[place] {
                written.insert(place)
                Self.write(planned, &json)
            } else {
                Self.write(decided, at: place, &json)
            }
        }
        // A directory that is empty only when what lies in it has gone was not come upon.
        for object in plan.objects where !written.contains(object.place) {
            Self.write(object, &json)
        }
    }

    /// What a saved plan is compared by later stands behind what every object has.
    private static func write(_ object: PlannedObject, _ json: inout JSONWriter) {
        json.object { json in
            json.place(object.place)
            json.key("kind")
            json.value(object.kind.rawValue)
            json.key("bytes")
            json.value(object.bytes)
            json.key("verdict")
            json.value(object.verdict.rawValue)
            json.key("reasons")
            write(object.reasons, &json)
            json.key("job")
            json.value(object.job)
            json.key("heldByLimit")
            json.value(object.isHeldByLimit)
            json.place(object.root, as: "root")
            json.key("time")
            json.value(object.modified.description)
        }
    }

    private static func write(
        _ decided: DecidedObject,
        at place: StorageURL,
        _ json: inout JSONWriter
    ) {
        json.object { json in
            json.place(place)
            json.key("kind")
            json.value(decided.object.kind.rawValue)
            json.key("bytes")
            json.value(decided.object.bytes)
            json.key("verdict")
            json.value(decided.verdict.rawValue)
            json.key("reasons")
            write(decided.reasons, &json)
        }
    }
}
