// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

/// The direction of dependencies, by what stands in the files.
struct TargetDependencyTests {
    private struct Module {
        let name: String
        let allowed: Set<String>
    }

    private func modules() throws -> [Module] {
        let manifest = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "Package.swift"),
            encoding: .utf8
        )
        let modules = manifest.matches(of: /module\(\s*"(\w+)"(?:,\s*\[([^\]]*)\])?/).map { match in
            let names = (match.2 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
            return Module(name: String(match.1), allowed: Set(names))
        }
        try #require(modules.count > 10)
        return modules + [Module(name: "janitor", allowed: ["JanitorCommands"])]
    }

    private func files(of module: String) throws -> [(name: String, text: String)] {
        let folder = SharedMaterial.checkout.appending(path: "Sources/\(module)")
        let walk = FileManager.default.enumerator(atPath: folder.path)
        var files: [(name: String, text: String)] = []
        while let path = walk?.nextObject() as? String {
            guard path.hasSuffix(".swift") else { continue }
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            files.append((path, text))
        }
        try #require(!files.isEmpty, "\(module)")
        return files
    }

    private func imports(_ text: String) -> [String] {
        let line =
            /(?m)^(?:@\w+ |public |package |internal |fileprivate |private )*import (?:\w+ )?(\w+)/
        return text.matches(of: line).map { String($0.1) }
    }

    @Test func `every target imports only what the manifest allows it`() throws {
        let modules = try modules()
        let ours = Set(modules.map(\.name))
        for module in modules {
            let files = try files(of: module.name)
            for file in files {
                for name in imports(file.text) where ours.contains(name) {
                    #expect(module.allowed.contains(name), "\(module.name)/\(file.name): \(name)")
                }
            }
        }
    }

    @Test func `only the executor is handed a remover`() throws {
        // The protocol with most of its backends, and the backends that have a target of their own.
        let removers: Set<String> = ["StorageRemoval", "HDFSRemoval"]
        for module in try modules()
        where module.name != "Execution" && !removers.contains(module.name) {
            #expect(removers.isDisjoint(with: module.allowed), "\(module.name)")
            for file in try files(of: module.name) {
                #expect(removers.isDisjoint(with: imports(file.text)), "\(file.name)")
            }
        }
    }

    @Test func `the clock is read in the outermost layer only`() throws {
        let clock = /Date\(\)|Date\.now|ContinuousClock\(\)|SuspendingClock\(\)/
        for module in try modules() where module.name != "JanitorCommands" {
            for file in try files(of: module.name) {
                #expect(file.text.firstMatch(of: clock) == nil, "\(module.name)/\(file.name)")
            }
        }
    }

    @Test func `the clock is read in one place`() throws {
        let readers = try files(of: "JanitorCommands").filter { $0.text.contains("Date()") }
        #expect(readers.map(\.name) == ["JanitorMain.swift"])
    }

    @Test func `every suite that the architecture names for a law is there`() throws {
        let text = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "ARCHITECTURE.md"),
            encoding: .utf8
        )
        let names = Set(text.matches(of: /`(\w+Tests)`/).map { String($0.1) })
        try #require(names.count > 5)
        let walk = FileManager.default.enumerator(
            atPath: SharedMaterial.checkout.appending(path: "Tests").path
        )
        var files: Set<String> = []
        while let path = walk?.nextObject() as? String {
            files.insert(path.split(separator: "/").last.map(String.init) ?? path)
        }
        for name in names { #expect(files.contains("\(name).swift"), "\(name)") }
    }

    @Test func `the manifest names no package`() throws {
        let manifest = try String(
            contentsOf: SharedMaterial.checkout.appending(path: "Package.swift"),
            encoding: .utf8
        )
        #expect(manifest.firstMatch(of: /\.package\(\s*(url|path|name|id)/) == nil)
    }
}
