// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Policy
import Testing

/// Reads a policy of a test.
func decode(_ text: String) throws(PolicyErrors) -> JanitorPolicy {
    try PolicyDecoder.decode(Array(text.utf8), source: "policy.json5")
}

/// What is said about a policy; empty where it is sound.
func complaints(_ text: String) -> String {
    do throws(PolicyErrors) {
        _ = try decode(text)
        return ""
    } catch {
        return error.description
    }
}

/// The policies that the repository holds, by file name.
enum ShippedPolicies {
    static let folder = SharedMaterial.checkout.appending(path: "policies")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json5") }.sorted()
    }
}

/// A policy that is refused, and everything that is said about it.
struct WrongPolicy: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let policy: String
    let complaint: String

    init(_ name: String, _ policy: String, _ complaint: String) {
        testDescription = name
        self.policy = policy
        self.complaint = complaint
    }
}

/// A policy of one sound job with something beside it, on the second line.
func beside(_ text: String) -> String {
    "{\n  \(text),\n  jobs: [{ name: \"a\", savepoints: \"/sp/a\" }],\n}"
}

/// A policy with something in its defaults.
func inDefaults(_ text: String) -> String { beside("defaults: { \(text) }") }

/// A policy with something in the savepoint rules of its defaults.
func inSavepoints(_ text: String) -> String { inDefaults("savepoints: { \(text) }") }

/// A policy of these jobs, one a line from the second line on.
func jobs(_ jobs: String...) -> String {
    "{ jobs: [\n" + jobs.map { "  { \($0) },\n" }.joined() + "] }"
}
