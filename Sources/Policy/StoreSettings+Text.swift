// SPDX-License-Identifier: Apache-2.0

extension StoreSettings {
    /// The section as a policy has it, everything said.
    var json5: String {
        "{ hdfs: \(hdfs.json5) }"
    }
}

extension HDFSSettings {
    fileprivate var json5: String {
        "{ command: \(Self.list(command)), options: \(Self.list(options)), "
            + "javaOptions: \(Self.list(javaOptions)), timeLimit: \"\(timeLimit)\" }"
    }

    private static func list(_ words: [String]) -> String {
        "[\(words.map(\.literal).joined(separator: ", "))]"
    }
}
