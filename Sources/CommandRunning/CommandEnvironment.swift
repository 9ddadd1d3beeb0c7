// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// The whole environment of a child process.
///
/// What the operator's environment passes on is a list (`PassedVariables`): what would change what
/// a child does without anybody's asking (`BASH_ENV`, `LD_PRELOAD`, exported functions) stays
/// behind. `TZ` and `LC_ALL` are always set, since what the children print is read.
public struct CommandEnvironment: Hashable, Sendable {
    /// Values by name.
    public private(set) var variables: [ObjectName: ObjectName]

    /// Makes an environment out of the operator's.
    ///
    /// - Parameters:
    ///   - entries: The operator's environment as `NAME=value`; an entry without `=` is passed over.
    ///   - others: Names to pass on besides those of the list.
    public init(passing entries: some Sequence<ObjectName>, also others: Set<ObjectName> = []) {
        self.init(whole: entries)
        variables = variables.filter { name, _ in
            PassedVariables.contains(name) || others.contains(name)
        }
        for (name, value) in Self.always { variables[name] = value }
    }

    /// Makes an environment that is exactly what is given.
    ///
    /// - Parameter entries: `NAME=value`; an entry without `=` is passed over.
    public init(whole entries: some Sequence<ObjectName>) {
        variables = [:]
        for entry in entries {
            let bytes = entry.bytes
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { continue }
            variables[ObjectName(bytes[..<equals])] = ObjectName(bytes[(equals + 1)...])
        }
    }

    /// Makes an environment out of the operator's, given as text.
    public init(passing environment: [String: String], also others: Set<ObjectName> = []) {
        self.init(passing: environment.map { ObjectName("\($0)=\($1)") }, also: others)
    }

    /// What every child gets: text is UTF-8, times are UTC.
    ///
    /// Source: Hadoop's shell prints times of the client's zone, and `?` for what the locale's
    /// character set lacks (measured with 2.7.4 and 3.4.2).
    private static let always: [ObjectName: ObjectName] = ["TZ": "UTC", "LC_ALL": "C.UTF-8"]

    /// The value of a variable; nil where it is not set.
    public subscript(name: ObjectName) -> ObjectName? {
        get { variables[name] }
        set { variables[name] = newValue }
    }

    /// The entries as a child gets them, `NAME=value`, in the order of their names.
    public var entries: [ObjectName] {
        variables.sorted { $0.key < $1.key }.map { name, value in
            ObjectName(name.bytes + [UInt8(ascii: "=")] + value.bytes)
        }
    }
}

/// Which variables of the operator's environment children get.
public enum PassedVariables {
    /// The names that are passed on.
    public static let names: Set<ObjectName> = [
        // Who and where.
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
        "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH",
        // Java and what runs on it.
        "JAVA_HOME", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "KUBECONFIG",
        // Python, which `aws` is written in.
        "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "BOTO_CONFIG",
        // Certificates and the way out.
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "CURL_HOME",
        "http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy",
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
        // s5cmd's own.
        "S3_ENDPOINT_URL",
    ]

    /// What names begin with that are passed on.
    public static let prefixes: [ObjectName] = [
        "KRB5", "HADOOP_", "HDFS_", "YARN_", "FLINK_", "AWS_", "PYENV_", "KUBERNETES_",
    ]

    /// Tells whether a variable is passed on.
    public static func contains(_ name: ObjectName) -> Bool {
        names.contains(name) || prefixes.contains { name.bytes.starts(with: $0.bytes) }
    }
}
