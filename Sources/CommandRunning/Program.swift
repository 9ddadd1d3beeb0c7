// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SnapshotModel
internal import Storage

/// A program found once, with the arguments that always come first.
///
/// `["sudo", "-u", "flink", "hdfs"]` is the program `/usr/bin/sudo` with three arguments in front.
public struct Program: Hashable, Sendable {
    /// Absolute path of the executable.
    public let path: ObjectName
    /// What it is called by: the first of its arguments as the program sees them.
    public let name: ObjectName
    /// The arguments in front of those of every call.
    public let leading: [ObjectName]

    /// Makes a program whose executable is known.
    ///
    /// - Parameters:
    ///   - path: Absolute path of the executable.
    ///   - name: What it is called by; the path where nil.
    ///   - leading: The arguments in front of those of every call.
    public init(path: ObjectName, name: ObjectName? = nil, leading: [ObjectName] = []) {
        self.path = path
        self.name = name ?? path
        self.leading = leading
    }

    /// Looks for the executable of a command line.
    ///
    /// Empty and relative entries of the search path are passed over: they mean another file in
    /// every working directory.
    ///
    /// - Parameters:
    ///   - words: The executable, a bare name or an absolute path, and arguments; not empty.
    ///   - searchPath: Directories between colons, as in `PATH`.
    /// - Returns: The program with the path at which it lies now.
    /// - Throws: `CommandError` with reason `notFound` or `notExecutable`.
    public static func find(
        _ words: [ObjectName],
        searchPath: ObjectName
    ) throws(CommandError) -> Program {
        guard let name = words.first, !name.bytes.isEmpty, !name.bytes.contains(0) else {
            throw CommandError(.notFound, command: words.first ?? "", detail: "no name is given")
        }
        let slash = UInt8(ascii: "/")
        let leading = Array(words.dropFirst())
        if name.bytes.contains(slash) {
            guard name.bytes.first == slash else {
                throw CommandError(
                    .notFound,
                    command: name,
                    detail: "only a bare name or an absolute path names a program"
                )
            }
            if let error = refusal(of: name, called: name) { throw error }
            return Program(path: name, name: name, leading: leading)
        }
        var refused: CommandError?
        for directory in searchPath.bytes.split(separator: UInt8(ascii: ":"))
        where directory.first == slash {
            let candidate = ObjectName(directory).appending(name)
            guard let error = refusal(of: candidate, called: name) else {
                return Program(path: candidate, name: name, leading: leading)
            }
            if error.reason == .notExecutable { refused = refused ?? error }
        }
        throw refused
            ?? CommandError(
                .notFound,
                command: name,
                detail: "it is in no directory of PATH (\(searchPath))"
            )
    }

    /// Why a file cannot be executed; nil where it can.
    private static func refusal(of path: ObjectName, called name: ObjectName) -> CommandError? {
        path.withCString { path in
            var status = stat()
            guard stat(path, &status) == 0 else {
                return CommandError(.notFound, command: name, detail: systemMessage(errno))
            }
            // With the effective user's rights, as the kernel will.
            if status.st_mode & S_IFMT == S_IFREG,
                faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0
            {
                return nil
            }
            let detail = "\"\(String(cString: path))\" is not an executable file"
            return CommandError(.notExecutable, command: name, detail: detail)
        }
    }
}

extension ObjectName {
    /// Hands the bytes to a system call.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { chars in
                guard let base = chars.baseAddress else { preconditionFailure("no bytes") }
                return body(base)
            }
        }
    }
}
