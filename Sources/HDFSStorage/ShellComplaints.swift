// SPDX-License-Identifier: Apache-2.0

package import CommandRunning
package import SnapshotModel

/// What the shell said on standard error, line by line, without what is known to mean nothing.
///
/// Source: `org.apache.hadoop.fs.shell.Command.displayError` writes `command: message`, and
/// `PathIOException` ``command: `path': message``; the wording is that of 2.7.4 and 3.4.2.
package struct ShellComplaints: Hashable, Sendable {
    /// Lines, those of stack traces left out.
    package let lines: [String]
    /// Something between was lost: there may be more than the lines say.
    package let isCutShort: Bool
    private let missingPaths: Set<ObjectName>

    /// Takes what was said apart.
    package init(_ output: ErrorOutput) {
        isCutShort = output.leftOut > 0
        lines = ObjectName(output.bytes).description
            .split(separator: "\n").map(String.init)
            .filter { !Self.isHarmless($0) && !Self.isTrace($0) }
        missingPaths = Set(
            lines.compactMap { Self.path(in: $0, before: "': No such file or directory") }
        )
    }

    /// Nothing was said that could mean anything.
    package var isEmpty: Bool { lines.isEmpty && !isCutShort }

    /// Tells whether the shell says of this very path that nothing is there.
    package func isMissing(_ path: ObjectName) -> Bool { missingPaths.contains(path) }

    /// The lines that do not just say that something is missing.
    package var others: [String] {
        lines.filter { Self.path(in: $0, before: "': No such file or directory") == nil }
    }

    /// The paths of which the shell says that nothing is there.
    package var missing: Set<ObjectName> { missingPaths }

    /// The first complaint that names a path or a place that holds it.
    package func line(about path: ObjectName) -> String? {
        let text = path.description
        return lines.first { line in
            guard let found = line.firstRange(of: text) else { return false }
            // A longer name that only begins alike is another one.
            let rest = line[found.upperBound...].drop { $0 == "." }
            guard let next = rest.first else { return true }
            return !(next.isLetter || next.isNumber || "-_".contains(next))
        }
    }

    /// The path in ``command: `path': message``.
    private static func path(in line: String, before message: String) -> ObjectName? {
        guard let start = line.firstIndex(of: "`"),
            let end = line.firstRange(of: message)?.lowerBound, start < end
        else { return nil }
        return ObjectName(String(line[line.index(after: start)..<end]))
    }

    private static func isTrace(_ line: String) -> Bool {
        line.hasPrefix("\tat ") || line.hasPrefix("\t... ") || line.hasPrefix("Caused by: ")
    }

    /// What virtual machines, loggers and start scripts say whatever happens.
    ///
    /// Only whole sentences that were seen; what is not known counts.
    private static func isHarmless(_ line: String) -> Bool {
        let text = line.drop { $0 == " " }
        if text.isEmpty { return true }
        let starts = [
            "SLF4J: ", "log4j:WARN ", "Picked up JAVA_TOOL_OPTIONS:", "Picked up _JAVA_OPTIONS:",
            "NOTE: Picked up JDK_JAVA_OPTIONS:", "WARNING: An illegal reflective access operation",
            "WARNING: Illegal reflective access by ", "WARNING: Please consider reporting this",
            "WARNING: Use --illegal-access=warn", "WARNING: All illegal access operations will be",
            "DEPRECATED: Use of this script to execute hdfs command is deprecated.",
            "Instead use the hdfs command for it.",
        ]
        return starts.contains { text.hasPrefix($0) }
            || text.hasSuffix(
                " WARN util.NativeCodeLoader: Unable to load native-hadoop library for your "
                    + "platform... using builtin-java classes where applicable"
            )
    }
}
