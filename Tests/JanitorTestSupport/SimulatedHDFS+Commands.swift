// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import SnapshotModel

/// The shell's commands on a tree in memory.
typealias StateOfHDFS = SimulatedHDFS.State

extension SimulatedHDFS.State {
    static let commands: Set = [
        "-ls", "-stat", "-cat", "-rm", "-mv", "-mkdir", "-rmdir", "-touchz",
    ]
    private static let authority = "hdfs://nn:8020"

    /// A path that a command was given: as it is printed, and where it is.
    private struct Found {
        let printed: String
        let path: String
    }

    private struct Answer {
        var output: [UInt8] = []
        var errors = ""
        var code: Int32 = 0

        mutating func complain(_ text: String) {
            errors += text + "\n"
            code = 1
        }

        mutating func print(_ text: String) { output += Array((text + "\n").utf8) }
    }

    static func parent(_ path: String) -> String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    private static func name(_ path: String) -> String {
        String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...])
    }

    /// Runs one command: what it prints, what it says and its code.
    mutating func run(_ words: [String]) -> ([UInt8], String, Int32) {
        var answer = Answer()
        let options = words.dropFirst().prefix { $0.hasPrefix("-") }
        var paths = words.dropFirst(1 + options.count)
        switch words.first {
        case "-ls": list(paths, options, &answer)
        case "-stat":
            paths = paths.dropFirst()
            each(paths, "stat", &answer) { stat($1, &$0) }
        case "-cat": each(paths, "cat", &answer) { $0.output += nodes[$1.path]?.bytes ?? [] }
        case "-rm":
            let found = all(paths, "rm", &answer)
            for each in found {
                options.contains("-skipTrash") ? remove(each, &answer) : trash(each, &answer)
            }
        case "-mv": move(paths.map { $0 }, &answer)
        case "-mkdir":
            for path in paths { make(path, hasParents: options.contains("-p"), &answer) }
        case "-rmdir":
            for each in all(paths, "rmdir", &answer) {
                if nodes.keys.contains(where: { $0.hasPrefix("\(each.path)/") }) {
                    answer.complain("rmdir: `\(each.printed)': Directory is not empty")
                } else {
                    nodes[each.path] = nil
                }
            }
        case "-touchz":
            for path in paths.map({ absolute(Self.plain($0)) }) {
                guard nodes[Self.parent(path)]?.isDirectory == true else {
                    answer.complain("touchz: `\(path)': No such file or directory")
                    continue
                }
                milliseconds += 1000
                nodes[path] = SimulatedHDFS.Node(isDirectory: false, milliseconds: milliseconds)
            }
        default: answer.complain("\(words.first ?? ""): Unknown command")
        }
        return (answer.output, answer.errors, answer.code)
    }

    // MARK: Paths

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(home)/\(path)"
    }

    /// Without the backslashes that keep bytes from being special.
    private static func plain(_ pattern: String) -> String {
        pattern.replacing(/\\(.)/) { String($0.1) }
    }

    /// What a glob matches, sorted; a path without special bytes whatever is there.
    private func expand(_ pattern: String) throws(Denial) -> [Found] {
        var found = ["/"]
        for part in absolute(pattern).split(separator: "/").map(String.init) {
            var next: [String] = []
            for directory in found {
                if denied.contains(directory) { throw Denial(path: directory) }
                let front = directory == "/" ? "/" : "\(directory)/"
                if part.contains(/(^|[^\\])[*?\[{]/) {
                    let names = Set(
                        nodes.keys.filter { $0.hasPrefix(front) && $0 != "/" }
                            .map { String($0.dropFirst(front.count).prefix { $0 != "/" }) }
                    )
                    next += names.filter { fnmatch(part, $0, 0) == 0 }.sorted().map { front + $0 }
                } else if nodes[front + Self.plain(part)] != nil {
                    next.append(front + Self.plain(part))
                }
            }
            found = next
        }
        let isRelative = !pattern.hasPrefix("/")
        return found.map { path in
            Found(
                printed: isRelative ? String(path.dropFirst(home.count + 1)) : path,
                path: path
            )
        }
    }

    private struct Denial: Error {
        let path: String
    }

    private func all(_ paths: ArraySlice<String>, _ verb: String, _ answer: inout Answer) -> [Found]
    {
        var all: [Found] = []
        for pattern in paths {
            do throws(Denial) {
                let found = try expand(pattern)
                if found.isEmpty {
                    let plain = Self.plain(pattern)
                    answer.complain("\(verb): `\(plain)': No such file or directory")
                }
                all += found
            } catch {
                answer.complain(
                    """
                    \(verb): Permission denied: user=flink, access=READ_EXECUTE, \
                    inode="\(error.path)":old:supergroup:drwx------
                    """
                )
            }
        }
        return all
    }

    private func each(
        _ paths: ArraySlice<String>,
        _ verb: String,
        _ answer: inout Answer,
        _ body: (inout Answer, Found) -> Void
    ) {
        for found in all(paths, verb, &answer) { body(&answer, found) }
    }

    // MARK: Looking

    private func list(
        _ paths: ArraySlice<String>,
        _ options: ArraySlice<String>,
        _ answer: inout Answer
    ) {
        each(paths, "ls", &answer) { answer, found in
            guard nodes[found.path]?.isDirectory == true, !options.contains("-d") else {
                return answer.print(line(found))
            }
            if denied.contains(found.path) {
                return answer.complain(
                    "ls: Permission denied: user=flink, inode=\"\(found.path)\":old:g:drwx------"
                )
            }
            let below = nodes.keys.filter { $0.hasPrefix("\(found.path)/") }.sorted()
            let isWhole = options.contains("-R")
            let shown = below.filter { isWhole || Self.parent($0) == found.path }
            if !isWhole { answer.print("Found \(shown.count) items") }
            for path in shown {
                let printed = found.printed + path.dropFirst(found.path.count)
                answer.print(line(Found(printed: printed, path: path)))
            }
        }
    }

    private func line(_ found: Found) -> String {
        guard let node = nodes[found.path] else { return "" }
        let time = Instant(milliseconds: node.milliseconds).description
        let minute = "\(time.prefix(10)) \(time.dropFirst(11).prefix(5))"
        let mode = node.isDirectory ? "drwxr-xr-x   -" : "-rw-r--r--   1"
        let owner = Self.owner(of: found.path)
        return "\(mode) \(owner) supergroup \(node.bytes.count) \(minute) \(found.printed)"
    }

    /// In a home directory its user, everywhere else the one that Flink runs as.
    private static func owner(of path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.count > 1 && parts[0] == "user" ? String(parts[1]) : "flink"
    }

    private func stat(_ found: Found, _ answer: inout Answer) {
        guard let node = nodes[found.path] else { return }
        let kind = node.isDirectory ? "directory" : "regular file"
        answer.print("\(node.milliseconds)|\(node.bytes.count)|\(kind)")
    }

    // MARK: Changing

    mutating func makeDirectories(_ path: String) {
        var path = path
        while nodes[path] == nil {
            nodes[path] = SimulatedHDFS.Node(isDirectory: true, milliseconds: milliseconds)
            path = Self.parent(path)
        }
    }

    /// Renames something with all that is in it.
    mutating func move(_ path: String, to target: String) {
        for (old, node) in nodes where old == path || old.hasPrefix("\(path)/") {
            nodes[old] = nil
            nodes[target + old.dropFirst(path.count)] = node
        }
        milliseconds += 1000
    }

    private mutating func remove(_ found: Found, _ answer: inout Answer) {
        for path in nodes.keys where path == found.path || path.hasPrefix("\(found.path)/") {
            nodes[path] = nil
        }
        milliseconds += 1000
        answer.print("Deleted \(found.printed)")
    }

    /// Source: `TrashPolicyDefault.moveToTrash`, `DistributedFileSystem.getTrashRoot`, 3.4.2.
    private mutating func trash(_ found: Found, _ answer: inout Answer) {
        let zone = zones.first { found.path.hasPrefix("\($0)/") }
        let trash = zone.map { "\($0)/.Trash/flink" } ?? "\(home)/.Trash"
        var target = oddTrash.map { $0 + found.path } ?? "\(trash)/Current\(found.path)"
        makeDirectories(Self.parent(target))
        if nodes[target] != nil { target += "\(milliseconds)" }
        move(found.path, to: target)
        if case .nothing = saying { return }
        let isBehind = if case .ofStoreBehind = saying { true } else { false }
        let store = isBehind ? "hdfs://behind:8020" : Self.authority
        answer.errors += """
            26/11/22 22:07:28 INFO fs.TrashPolicyDefault: Moved: '\(store)\(found.path)' \
            to trash at: \(store)\(target)

            """
    }

    /// Source: `CommandWithDestination.processArguments`, 3.4.2: what is given more than one thing wants
    /// a directory, one thing alone is renamed where none is.
    private mutating func move(_ words: [String], _ answer: inout Answer) {
        guard words.count > 1 else {
            return answer.complain("-mv: Not enough arguments: expected 2 but got 1")
        }
        let target = absolute(Self.plain(words.last ?? ""))
        if words.count > 2, nodes[target]?.isDirectory != true {
            let why = nodes[target] == nil ? "No such file or directory" : "Is not a directory"
            return answer.complain("mv: `\(target)': \(why)")
        }
        let sources = all(words.dropLast()[...], "mv", &answer)
        for source in sources {
            let isInto = nodes[target]?.isDirectory == true
            let place = isInto ? "\(target)/\(Self.name(source.path))" : target
            if nodes[place] != nil {
                answer.complain("mv: `\(place)': File exists")
            } else if nodes[Self.parent(place)] == nil {
                answer.complain("mv: `\(place)': No such file or directory")
            } else {
                move(source.path, to: place)
            }
        }
    }

    private mutating func make(_ argument: String, hasParents: Bool, _ answer: inout Answer) {
        let path = absolute(Self.plain(argument))
        if hasParents { return makeDirectories(path) }
        if nodes[path] != nil { return answer.complain("mkdir: `\(path)': File exists") }
        guard nodes[Self.parent(path)] != nil else {
            return answer.complain("mkdir: `\(path)': No such file or directory")
        }
        milliseconds += 1000
        nodes[path] = SimulatedHDFS.Node(isDirectory: true, milliseconds: milliseconds)
    }
}
