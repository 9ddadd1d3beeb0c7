// SPDX-License-Identifier: Apache-2.0

extension StoreSettings {
    /// The section as a policy has it, everything said.
    var json5: String {
        "{ hdfs: \(hdfs.json5), s3: \(s3.json5) }"
    }
}

extension HDFSSettings {
    fileprivate var json5: String {
        "{ command: \(command.json5), options: \(options.json5), "
            + "javaOptions: \(javaOptions.json5), timeLimit: \"\(timeLimit)\" }"
    }
}

extension S3StoreSettings {
    fileprivate var json5: String {
        let named = [("profile", profile), ("region", region), ("endpoint", endpoint)]
            .map { name, value in value.map { "\(name): \($0.literal), " } ?? "" }.joined()
        return "{ client: \"\(client.rawValue)\", aws: \(aws.json5), s5cmd: \(s5cmd.json5), "
            + "\(named)options: \(options.json5), parallel: \(parallel), timeLimit: \"\(timeLimit)\" }"
    }
}

extension [String] {
    fileprivate var json5: String { "[\(map(\.literal).joined(separator: ", "))]" }
}
