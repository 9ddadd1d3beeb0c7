// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import Glibc
import JanitorTestSupport
import SnapshotModel
import Testing

/// What can be wrong before a child does anything, and what it is given.
struct StartTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func path(_ name: String) -> ObjectName { ObjectName("\(directory.path)/\(name)") }

    private func reason(of call: CommandInvocation) -> CommandError.Reason? {
        do throws(CommandError) {
            _ = try Shell.runner.collect(call)
            return nil
        } catch {
            return error.reason
        }
    }

    private func call(_ program: Program, _ arguments: [ObjectName] = []) -> CommandInvocation {
        CommandInvocation(program, arguments, environment: Shell.environment)
    }

    private func makeScript(_ name: ObjectName, _ text: String) throws {
        // Written by a child: while this process has it open for writing, a child that is being
        // started elsewhere has it open too, and nobody can execute it.
        try directory.write(name)
        let input = CommandInvocation.Input.bytes(Array(text.utf8))
        _ = try Shell.collect(
            "cat > \"$1\"",
            [ObjectName("\(directory.path)/\(name)")],
            input: input
        )
        try directory.setMode(name, 0o755)
    }

    @Test func `finds a program in the directories of a search path`() throws {
        try makeScript("bin/tool", "#!/bin/sh\necho \"$@\"\n")
        try directory.write("first/tool")
        let search = ObjectName(":relative:\(directory.path)/first:\(directory.path)/bin:/bin")
        let program = try Program.find(["tool", "-x"], searchPath: search)
        #expect(program == Program(path: path("bin/tool"), name: "tool", leading: ["-x"]))
        #expect(try Shell.runner.collect(call(program, ["y"])).bytes == Array("-x y\n".utf8))
    }

    @Test func `says why a program cannot be found`() throws {
        try directory.write("bin/tool")
        let search = ObjectName("\(directory.path)/bin")
        func reason(_ words: [ObjectName]) -> CommandError.Reason? {
            do throws(CommandError) {
                _ = try Program.find(words, searchPath: search)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(reason(["other"]) == .notFound)
        #expect(reason(["tool"]) == .notExecutable)
        #expect(reason([path("bin/tool")]) == .notExecutable)
        #expect(reason([path("bin")]) == .notExecutable)
        #expect(reason([path("none")]) == .notFound)
        #expect(reason(["./tool"]) == .notFound)
        #expect(reason([""]) == .notFound)
        #expect(reason([]) == .notFound)
    }

    @Test func `a program that vanished or may not be executed is an error`() throws {
        try makeScript("gone", "#!/bin/sh\n")
        try directory.write("plain")
        let gone = try Program.find([path("gone")], searchPath: "")
        try directory.delete("gone")
        #expect(reason(of: call(gone)) == .notFound)
        #expect(reason(of: call(Program(path: path("plain")))) == .notExecutable)
        #expect(reason(of: call(Program(path: "/bin"))) == .notExecutable)
    }

    @Test func `a script without an interpreter is an error, and no shell takes it`() throws {
        try makeScript("bare", "echo wrong\n")
        try makeScript("lost", "#!/no/such/interpreter\n")
        #expect(reason(of: call(Program(path: path("bare")))) == .notExecutable)
        #expect(reason(of: call(Program(path: path("lost")))) == .noInterpreter)
    }

    @Test func `what cannot be handed over is an error before anything starts`() throws {
        let program = Program(path: "/bin/true")
        let longest = ArgumentBudget.longestArgument
        func word(_ count: Int) -> ObjectName { ObjectName([UInt8](repeating: 0x61, count: count)) }
        #expect(reason(of: call(program, [ObjectName([0x61, 0])])) == .zeroByte(argument: 1))
        #expect(
            reason(of: call(program, ["", word(longest + 1)])) == .argumentTooLong(argument: 2)
        )
        #expect(reason(of: call(program, [word(longest)])) == nil)
        let many = [ObjectName](repeating: word(100_000), count: 100)
        #expect(reason(of: call(program, many)) == .listTooLong)
        for name in ["", "A=B", ObjectName([0x41, 0])] as [ObjectName] {
            var call = call(program)
            call.environment[name] = "value"
            #expect(reason(of: call) == .badVariable)
        }
        var call = call(program)
        call.environment["A"] = ObjectName([0])
        #expect(reason(of: call) == .badVariable)
    }

    @Test func `as many arguments as are said to fit do fit`() throws {
        let call = call(Program(path: "/bin/true"))
        let words = (0..<200_000).map { ObjectName("/flink/savepoints/savepoint-\($0)") }
        let budget = ArgumentBudget.system
        let count = budget.count(of: words, fitting: call, reserve: 0)
        #expect(count > 1000)
        var fitting = call
        fitting.arguments = Array(words.prefix(count))
        // The kernel's own limit is no lower, and not much higher.
        #expect(budget.count(of: words, fitting: call) < count)
        fitting.arguments.removeLast(10)
        #expect(reason(of: fitting) == nil)
        fitting.arguments = Array(words.prefix(count + 1000))
        #expect(reason(of: fitting) == .listTooLong)
    }

    @Test func `the directory and the input file must be there`() throws {
        var call = call(Program(path: "/bin/pwd"))
        call.workingDirectory = path("none")
        #expect(reason(of: call) == .noDirectory)
        call.workingDirectory = ObjectName(directory.path)
        #expect(try Shell.runner.collect(call).bytes == Array("\(directory.path)\n".utf8))
        call.input = .file(path("none"))
        #expect(reason(of: call) == .noInput)
        try directory.write("file", Array("content".utf8))
        let output = try Shell.collect("cat", input: .file(path("file")))
        #expect(output.bytes == Array("content".utf8))
    }

    @Test func `the child has the environment that it is given and no other`() throws {
        let call = call(Program(path: "/usr/bin/env"))
        let text = String(decoding: try Shell.runner.collect(call).bytes, as: UTF8.self)
        let names = text.split(separator: "\n").map { $0.prefix { $0 != "=" } }
        #expect(names.sorted() == ["JANITOR_CALL", "LC_ALL", "PATH", "TZ"])
        #expect(text.contains("TZ=UTC\n"))
        #expect(text.contains("LC_ALL=C.UTF-8\n"))
    }

    @Test func `the child has three descriptors and nothing to read`() throws {
        let output = try Shell.collect("ls /proc/self/fd; cat; readlink /proc/self/fd/0")
        // The fourth is the directory that `ls` itself has open.
        #expect(output.bytes == Array("0\n1\n2\n3\n/dev/null\n".utf8))
    }

    @Test func `the child leads a session and a group of its own`() throws {
        var group: ProcessGroup?
        let output = try Shell.runner.collect(Shell.call("cat /proc/$$/stat")) { started in
            group = started
            return .goOn
        }
        let fields = String(decoding: output.bytes, as: UTF8.self).split(separator: " ")
        let id = try #require(group?.id)
        #expect(fields[4] == "\(id)")
        #expect(fields[5] == "\(id)")
        #expect(fields[21] == "\(group?.start ?? 0)")
    }
}
