// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import SnapshotModel
import Testing

/// What the built program's plan says of a tree, to compare one store with another.
struct TreePlan {
    struct Verdict: Decodable, Hashable {
        var path: String
        let verdict: String
        let closed: Bool?
        let checkpointId: Int64?
    }

    struct Object: Decodable, Hashable {
        var path: String
        let kind: String
        let verdict: String
    }

    private struct Document: Decodable {
        let snapshots: [Verdict]
        let objects: [Object]
    }

    /// As little as can be stays.
    static let strict = """
        { savepoints: { keepLast: 1 }, checkpoints: { keepLast: 1 }, limits: null }
        """

    private(set) var snapshots: Set<Verdict>
    private(set) var objects: Set<Object>

    /// Plans by a policy's text.
    init(_ policy: String, environment: [String: String] = [:]) throws {
        let state = try TemporaryDirectory()
        try state.write("policy.json5", Array(policy.utf8))
        let end = try BuiltProgram().run(
            [
                "plan", "--json", "--policy", "\(state.path)/policy.json5", "--state",
                "\(state.path)/state",
            ],
            environment: environment
        )
        let start = try #require(end.text.firstIndex(of: "{"), "\(end.text)")
        let last = try #require(end.text.lastIndex(of: "}"))
        let document = try JSONDecoder().decode(
            Document.self,
            from: Data(end.text[start...last].utf8)
        )
        snapshots = Set(document.snapshots)
        objects = Set(document.objects)
    }

    /// The same of a tree that lies elsewhere.
    func moved(from old: String, to new: String) -> TreePlan {
        var plan = self
        plan.snapshots = Set(
            snapshots.map { verdict in
                var verdict = verdict
                verdict.path = verdict.path.replacing(old, with: new)
                return verdict
            }
        )
        plan.objects = Set(
            objects.map { object in
                var object = object
                object.path = object.path.replacing(old, with: new)
                return object
            }
        )
        return plan
    }

    /// The same of a store that knows no directories.
    var withoutDirectories: TreePlan {
        var plan = self
        plan.objects = objects.filter { $0.kind != "emptyDirectory" }
        return plan
    }
}
