// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The units of `cron/systemd` and the jobs of `cron/kubernetes`.
struct UnitTests {
    private static let folder = SharedMaterial.checkout.appending(path: "cron/systemd")

    private static let systemd = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func run(_ arguments: [String]) throws -> (code: Int32, said: String) {
        let end = try TestCommand.run([try #require(Self.systemd)] + arguments, takesErrors: true)
        return (try #require(end.code), end.text)
    }

    @Test(.enabled(if: UnitCheck.isThere, "this machine does not allow it: there is no systemd"))
    func `systemd finds nothing wrong with the units, and calls the services locked up`() throws {
        let directory = try TemporaryDirectory()
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(
            names == [
                "janitor-report.service", "janitor-report.timer", "janitor.service",
                "janitor.timer",
            ]
        )
        // As installed, but with the program that was built.
        for name in names {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
                .replacing("/usr/local/bin/janitor", with: BuiltProgram.path)
                // The page of the manual is there once it is installed.
                .replacing("Documentation=man:janitor(1)\n", with: "")
            try Data(text.utf8).write(to: URL(filePath: "\(directory.path)/\(name)"))
        }
        for name in names {
            let (code, said) = try run(["verify", "\(directory.path)/\(name)"])
            #expect(code == 0)
            #expect(said.isEmpty, "\(said)")
            guard name.hasSuffix(".service") else { continue }
            let security = try run([
                "security", "--offline=true", "--threshold=25", "--no-pager",
                "\(directory.path)/\(name)",
            ])
            #expect(security.code == 0, "\(security.said)")
        }
    }

    @Test(.enabled(if: KubernetesSchemas.check != nil, "there is no test service \"kubernetes\""))
    func `the jobs of Kubernetes are what its schemas describe, of an old and of a new release`()
        throws
    {
        let check = try #require(KubernetesSchemas.check)
        let file = SharedMaterial.checkout.appending(path: "cron/kubernetes/janitor.yaml")
        let program = BuiltProgram(insteadOfOurs: check)
        let end = try program.run([file.path])
        #expect(end.text == "CronJob janitor-parts\nCronJob janitor\n")
        #expect(end.code == 0)
        // What one letter is wrong in does not pass.
        let directory = try TemporaryDirectory()
        let wrong = try String(contentsOf: file, encoding: .utf8)
            .replacing("concurrencyPolicy:", with: "concurrencypolicy:")
        try Data(wrong.utf8).write(to: URL(filePath: "\(directory.path)/wrong.yaml"))
        #expect(try program.run(["\(directory.path)/wrong.yaml"]).code != 0)
    }

    @Test func `every command line of units and jobs is one that the program takes`() throws {
        var lines: [String] = []
        for name in ["janitor.service", "janitor-report.service"] {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            lines += text.matches(of: #/ExecStart=\S+ (.*)/#).map { String($0.1) }
        }
        let jobs = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "cron/kubernetes/janitor.yaml"),
            encoding: .utf8
        )
        lines += jobs.matches(of: #/args: \[(.*)\]/#).map {
            String($0.1).replacing("\"", with: "").replacing(",", with: "")
                .replacing("$(JANITOR_PART)", with: "3")
        }
        #expect(lines.count == 4)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            // A policy that is not there ends it before it does anything.
            let end = try BuiltProgram().run(words + ["--policy", "/nowhere/policy.json5"])
            #expect(end.code == 2)
            #expect(
                end.text.contains("cannot read the policy \"/nowhere/policy.json5\""),
                "\(line)"
            )
        }
        // As many parts as there are pods.
        #expect(jobs.contains("completions: 4\n"))
        #expect(jobs.contains("$(JANITOR_PART)/4\""))
    }
}

/// Whether units can be checked here.
private enum UnitCheck {
    static let isThere = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }
}

/// The program that holds a file against the schemas of Kubernetes.
private enum KubernetesSchemas {
    static let check = ProcessInfo.processInfo.environment["JANITOR_TEST_KUBERNETES"]
}
