// SPDX-License-Identifier: Apache-2.0

public import FlinkMetadata
public import SnapshotModel

/// What the metadata of one snapshot say, for people and for machines.
public struct InspectReport {
    let metadata: SnapshotMetadata
    let directory: StorageURL

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
    var files: [(path: ObjectName, sizes: [Int64])] {
        var sizes: [ObjectName: Set<Int64>] = [:]
        for reference in metadata.references {
            sizes[shown(reference.path), default: []].insert(reference.recordedSize)
        }
        return sizes.map { ($0.key, $0.value.sorted()) }.sorted { $0.path < $1.path }
    }

    var directories: [ObjectName] { metadata.pinnedDirectories.map(shown).sorted() }

    /// An absolute path as Flink writes it, a relative one told from the snapshot's directory.
    private func shown(_ path: ReferencePath) -> ObjectName {
        guard path.isRelative else { return path.normalized }
        let place = directory.appending(path.normalized)
        let store = place.scheme.map { "\($0)://\(place.authority)" } ?? ""
        return ObjectName(Array(store.utf8) + place.path.bytes)
    }

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
            table.add([
                file.sizes.map { $0 < 0 ? "unknown" : "\($0)" }.joined(separator: ", "),
                file.path.description,
            ])
        }
        lines += table.lines(indent: "    ")
        if !directories.isEmpty {
            lines.append("  directories: \(directories.count)")
            lines += directories.map { "    \($0)" }
        }
        return lines.page
    }

    private var properties: String {
        switch metadata.properties {
        case .absent: "no properties: written before Flink 1.16"
        case .null: "no properties"
        case .unknown(let why): "properties cannot be read: \(why)"
        case .known(let known):
            "\(known.typeName)" + (known.format.map { ", \($0.rawValue.lowercased())" } ?? "")
                + (known.unclaimed ? ", unclaimed" : "")
        }
    }
}
