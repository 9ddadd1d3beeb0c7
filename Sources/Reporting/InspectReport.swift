// SPDX-License-Identifier: Apache-2.0

public import FlinkMetadata
public import SnapshotModel

/// What the metadata of one snapshot say, for people and for machines.
public struct InspectReport {
    private let metadata: SnapshotMetadata
    private let directory: StorageURL

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - metadata: What was read.
    ///   - directory: The directory of the file that was read; relative paths are told from it.
    public init(_ metadata: SnapshotMetadata, directory: StorageURL) {
        self.metadata = metadata
        self.directory = directory
    }

    /// Files with their distinct recorded sizes, by path.
    private var files: [(path: String, sizes: [Int64])] {
        var sizes: [String: Set<Int64>] = [:]
        for reference in metadata.references {
            sizes[text(of: reference.path), default: []].insert(reference.recordedSize)
        }
        return sizes.map { ($0.key, $0.value.sorted()) }.sorted { $0.path < $1.path }
    }

    private func text(of path: ReferencePath) -> String {
        path.isRelative
            ? directory.appending(path.normalized).description : path.normalized.description
    }

    // MARK: JSON

    /// Writes the JSON document.
    ///
    /// - Parameter take: Gets the bytes, piece by piece.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
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
                for file in files {
                    json.object { json in
                        json.key("path")
                        json.value(file.path)
                        json.key("sizes")
                        json.array { json in file.sizes.forEach { json.value($0) } }
                    }
                }
            }
            json.key("directories")
            json.array { json in
                for path in metadata.pinnedDirectories.map(text).sorted() { json.value(path) }
            }
            json.key("kind")
            json.value(metadata.suggestedKind?.rawValue)
            json.key("masterStates")
            json.array { json in
                for state in metadata.masterStates {
                    json.object { json in
                        json.key("name")
                        json.value(state.name)
                        json.key("version")
                        json.value(state.version)
                        json.key("bytes")
                        json.value(state.length)
                    }
                }
            }
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

    // MARK: Text

    /// The report for people, with a line end at its end.
    public var text: String {
        var lines = [
            "\(directory)",
            "  format version \(metadata.version), checkpoint id \(metadata.checkpointID)",
            "  \(properties)",
            "  \(metadata.inlineStates.count) states inlined, "
                + ByteText.text(metadata.inlineStates.bytes),
        ]
        lines.append("  operators: \(metadata.operators.count)")
        for operatorState in metadata.operators {
            let uid = operatorState.uid.map { " uid \($0)" } ?? ""
            let name = operatorState.name.map { " \($0)" } ?? ""
            lines.append(
                "    \(operatorState.id)\(name)\(uid), parallelism \(operatorState.parallelism) "
                    + "of at most \(operatorState.maxParallelism)"
            )
        }
        lines.append("  files: \(files.count)")
        var table = Table([.right, .left])
        for file in files {
            table.add([file.sizes.map { "\($0)" }.joined(separator: ", "), file.path])
        }
        lines += table.lines(indent: "    ")
        if !metadata.pinnedDirectories.isEmpty {
            lines.append("  directories: \(metadata.pinnedDirectories.count)")
            lines += metadata.pinnedDirectories.map { "    \(text(of: $0))" }.sorted()
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var properties: String {
        switch metadata.properties {
        case .absent: "no properties: written before Flink 1.16"
        case .null: "no properties"
        case .unknown(let why): "properties do not read: \(why)"
        case .known(let known):
            "\(known.typeName)" + (known.format.map { ", \($0.rawValue.lowercased())" } ?? "")
                + (known.unclaimed ? ", unclaimed" : "")
        }
    }
}
