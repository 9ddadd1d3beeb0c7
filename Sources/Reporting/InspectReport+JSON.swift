// SPDX-License-Identifier: Apache-2.0

internal import FlinkMetadata
internal import SnapshotModel

extension InspectReport {
    /// Writes the JSON document.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("version")
            json.value(metadata.version)
            json.key("checkpointId")
            json.value(metadata.checkpointID)
            json.key("operators")
            json.array { json in metadata.operators.forEach { Self.write($0, &json) } }
            json.key("properties")
            writeProperties(&json)
            json.key("files")
            json.array { json in
                for file in files { Self.write(file.path, file.sizes, &json) }
            }
            json.names(directories, as: "directories")
            json.key("kind")
            json.value(metadata.suggestedKind?.rawValue)
            json.key("masterStates")
            json.array { json in metadata.masterStates.forEach { Self.write($0, &json) } }
            json.key("inlined")
            json.object { json in
                json.key("count")
                json.value(metadata.inlineStates.count)
                json.key("bytes")
                json.value(metadata.inlineStates.bytes)
            }
            json.key("trailingBytes")
            json.value(metadata.trailingBytes)
        }
        json.finish()
    }

    private static func write(
        _ path: ObjectName,
        _ sizes: [Int64],
        _ json: inout JSONWriter
    ) {
        json.object { json in
            json.name(path, as: "path")
            json.key("sizes")
            json.array { json in sizes.forEach { json.value($0) } }
        }
    }

    private static func write(_ description: OperatorDescription, _ json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.value(description.id.description)
            json.key("name")
            json.value(description.name)
            json.key("uid")
            json.value(description.uid)
            json.key("parallelism")
            json.value(description.parallelism)
            json.key("maxParallelism")
            json.value(description.maxParallelism)
        }
    }

    private static func write(_ state: MasterState, _ json: inout JSONWriter) {
        json.object { json in
            json.key("name")
            json.value(state.name)
            json.key("version")
            json.value(state.version)
            json.key("bytes")
            json.value(state.length)
        }
    }

    private func writeProperties(_ json: inout JSONWriter) {
        switch metadata.properties {
        case .absent, .null: json.null()
        case .unknown(let why):
            json.null()
            json.key("propertiesError")
            json.value("\(why)")
        case .known(let known): Self.write(known, &json)
        }
    }

    private static func write(_ known: CheckpointProperties, _ json: inout JSONWriter) {
        let flags = [
            ("forced", known.forced), ("discardSubsumed", known.discardSubsumed),
            ("discardFinished", known.discardFinished),
            ("discardCancelled", known.discardCancelled), ("discardFailed", known.discardFailed),
            ("discardSuspended", known.discardSuspended), ("unclaimed", known.unclaimed),
        ]
        json.object { json in
            for (name, flag) in flags {
                json.key(name)
                json.value(flag)
            }
            json.key("typeClass")
            json.value(known.typeClass.rawValue)
            json.key("typeName")
            json.value(known.typeName)
            json.key("sharing")
            json.value(known.sharing.rawValue)
            json.key("isSavepoint")
            json.value(known.isSavepoint)
            if let format = known.format {
                json.key("format")
                json.value(format.rawValue)
            }
        }
    }
}
