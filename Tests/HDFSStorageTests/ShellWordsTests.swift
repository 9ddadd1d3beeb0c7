// SPDX-License-Identifier: Apache-2.0

import CommandRunning
import SnapshotModel
import Storage
import Testing

@testable import HDFSStorage

@Suite struct ShellWordsTests {
    private func argument(_ path: ObjectName) throws(StorageError) -> ObjectName {
        let place = StorageURL(scheme: "hdfs", authority: "nn", path: path)
        return try ShellPath.argument(for: place, action: "list")
    }

    @Test func `escapes every special byte in every component`() throws {
        #expect(try argument("/a*b/c?[d]{e}\\f/ü -x") == "/a\\*b/c\\?\\[d\\]\\{e\\}\\\\f/ü -x")
    }

    @Test(arguments: [
        "/a:b/c", "/a/..", "/./a", "/a\nb", ObjectName([0x2F, 0xFF]), ObjectName([0x2F, 0x61, 0]),
    ])
    func `refuses by name what the shell cannot be given exactly`(path: ObjectName) {
        #expect(throws: StorageError.self) { try argument(path) }
        do throws(StorageError) {
            _ = try argument(path)
        } catch {
            #expect(error.reason == .unusableName)
        }
    }

    private func complaints(_ text: String) -> ShellComplaints {
        ShellComplaints(ErrorOutput(Array(text.utf8)))
    }

    @Test func `passes over what means nothing, and over nothing else`() {
        let noise = """
            26/11/25 17:54:17 WARN util.NativeCodeLoader: Unable to load native-hadoop library for \
            your platform... using builtin-java classes where applicable
            SLF4J: Class path contains multiple SLF4J bindings.
            Picked up JAVA_TOOL_OPTIONS: -Dx=y

            """
        #expect(complaints(noise).isEmpty)
        #expect(!complaints(noise + "WARN hdfs.DFSClient: something else\n").isEmpty)
        #expect(!complaints("?\n").isEmpty)
    }

    @Test func `knows of which path the shell says that it is not there`() {
        let said = complaints(
            """
            ls: `/t/b': No such file or directory
            touchz: `/q/x': No such file or directory: `hdfs://127.0.0.1:42393/q/x'
            ls: Permission denied: user=alice, access=READ_EXECUTE, inode="/t/c":root:g:drwx------

            """
        )
        #expect(said.isMissing("/t/b") && said.isMissing("/q/x"))
        #expect(!said.isMissing("/t") && !said.isMissing("/t/c"))
        #expect(said.others.count == 1)
        #expect(said.line(about: "/t/c") != nil && said.line(about: "/t/") == nil)
    }

    @Test func `puts start options in front of the operator's, and one collector at most`() {
        let ours: [ObjectName] = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        var environment = CommandEnvironment(passing: ["HADOOP_CLIENT_OPTS": "-Xmx2g"])
        #expect(
            JavaStartOptions.merge(ours, into: environment)
                == "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx2g"
        )
        environment["HADOOP_OPTS"] = "-XX:+UseG1GC"
        #expect(
            JavaStartOptions.merge(ours, into: environment) == "-XX:TieredStopAtLevel=1 -Xmx2g"
        )
    }

    @Test(arguments: [
        "ls: Failed on local exception: java.io.IOException: GSS initiate failed",
        "ls: No valid credentials provided (Mechanism level: Failed to find any Kerberos tgt)",
    ])
    func `says in one line that there is no ticket`(text: String) {
        let answer = HadoopShell.Answer(
            result: CommandResult(.exited(1)),
            complaints: complaints("WARN ipc.Client: Exception\n\tat x.y\n\(text)\n")
        )
        let place = StorageURL(scheme: "hdfs", path: "/flink")
        let detail = StorageError("list", place, answer).detail
        #expect(detail.hasPrefix("there is no valid Kerberos ticket: run kinit"))
        #expect(!detail.contains("\n"))
    }
}
