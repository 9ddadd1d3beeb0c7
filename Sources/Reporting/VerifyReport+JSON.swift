// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

extension VerifyReport {
    /// Writes the proof as JSON: `{ "format": 1, "snapshots": [ … ], "totals": { … } }`.
    ///
    /// Each snapshot has what `list` says of it, and `state`, `unreadable` (why, else null),
    /// `faults` (`path`, `fault`: `absent` or `length`, `found`, and `exactly` or `atLeast`) and
    /// `causes` (`path`, `cause`: `noRoot`, `incompleteListing` or `symbolicLink`, and `link`).
    ///
    /// `totals` counts the snapshots of each `state`: `closed`, `broken`, `unreadable`, `unfinished`,
    /// `unknown`; and their references, `checked` and `found`.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("snapshots")
            json.array { json in
                for snapshot in snapshots { write(snapshot, &json) }
            }
            json.key("totals")
            writeTotals(&json)
        }
        json.finish()
    }

    private func writeTotals(_ json: inout JSONWriter) {
        json.object { json in
            for state in ["closed", "broken", "unreadable", "unfinished", "unknown"] {
                json.key(state)
                json.value(snapshots.count { $0.state == state })
            }
            json.key("references")
            json.object { json in
                json.key("checked")
                json.value(snapshots.reduce(0) { $0 + $1.referencesChecked })
                json.key("found")
                json.value(snapshots.reduce(0) { $0 + $1.referencesFound })
            }
        }
    }

    private func write(_ snapshot: PlannedSnapshot, _ json: inout JSONWriter) {
        let details = found[snapshot.place]
        json.object { json in
            json.facts(of: snapshot)
            json.references(of: snapshot)
            json.key("state")
            json.value(snapshot.state)
            json.key("unreadable")
            json.value(unreadable(snapshot))
            json.key("faults")
            json.array { json in details?.missing.forEach { Self.write($0, &json) } }
            json.key("causes")
            json.array { json in details?.unknown.forEach { Self.write($0, &json) } }
        }
    }

    private static func write(_ missing: MissingReference, _ json: inout JSONWriter) {
        json.object { json in
            json.place(missing.place)
            json.key("fault")
            guard case .length(let found, let demand) = missing.fault else {
                json.value("absent")
                return
            }
            json.value("length")
            json.key("found")
            json.value(found)
            switch demand {
            case .exactly(let size):
                json.key("exactly")
                json.value(size)
            case .atLeast(let end):
                json.key("atLeast")
                json.value(end)
            case .exists: break
            }
        }
    }

    private static func write(_ unknown: UnknownReference, _ json: inout JSONWriter) {
        json.object { json in
            json.place(unknown.place)
            json.key("cause")
            switch unknown.cause {
            case .noRoot: json.value("noRoot")
            case .incompleteListing: json.value("incompleteListing")
            case .symbolicLink(let link):
                json.value("symbolicLink")
                json.place(link, as: "link")
            }
        }
    }
}
