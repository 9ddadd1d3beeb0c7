// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// The roots that a job can have.
enum RootKind: String, CaseIterable {
    case savepoints, checkpoints, changelog
}

/// A job as read, before it is held against the others.
struct JobDraft {
    var name: (text: String, place: Place)?
    var roots: [RootKind: (pattern: RootPattern, place: Place)] = [:]
    var claims: [Claim]?
    var flinkREST: String?
    var keep = SaidSettings()

    func job(_ settings: JobSettings) -> JobPolicy {
        JobPolicy(
            name: name?.text ?? "",
            savepoints: roots[.savepoints]?.pattern,
            checkpoints: roots[.checkpoints]?.pattern,
            changelog: roots[.changelog]?.pattern,
            attempts: attempts,
            flinkREST: flinkREST,
            settings: settings
        )
    }
}

extension PolicyReading {
    mutating func readJobs(_ field: Field) -> [JobDraft] {
        let example = "[{ name: \"sales\", savepoints: \"hdfs:///flink/savepoints/sales\" }]"
        guard let items = items(field, example: example) else { return [] }
        if items.isEmpty { report(.shape(.noJobs), at: field.place) }
        return items.compactMap { job($0) }
    }

    private mutating func job(_ field: Field) -> JobDraft? {
        let known = ["name"] + RootKind.allCases.map(\.rawValue) + ["attempts", "flink", "keep"]
        let example = "{ name: \"sales\", savepoints: \"hdfs:///flink/savepoints/sales\" }"
        guard let members = members(field, known: known, example: example) else { return nil }
        var draft = JobDraft()
        if let field = members["name"] {
            draft.name = name(field).map { ($0, field.place) }
        } else {
            let problem = ShapeProblem.missingKey("name", example: "name: \"sales_pipeline\"")
            report(.shape(problem), at: field.place)
        }
        for kind in RootKind.allCases {
            guard let field = members[kind.rawValue] else { continue }
            draft.roots[kind] = root(field).map { ($0, field.place) }
        }
        if members[RootKind.savepoints.rawValue] == nil,
            members[RootKind.checkpoints.rawValue] == nil
        {
            report(.entry(.noRoot), at: field.place)
        }
        if let field = members["attempts"] { draft.claims = claims(field) }
        if let field = members["flink"] { draft.flinkREST = flink(field) }
        if let field = members["keep"] { draft.keep = settings(field, layer: .job) }
        reportPlaceholders(of: draft)
        return draft
    }

    private mutating func name(_ field: Field) -> String? {
        guard let name = text(field, example: "\"sales_pipeline\"") else { return nil }
        let pieces = name.split(
            separator: RootPattern.placeholder,
            omittingEmptySubsequences: false
        )
        let isPlain =
            !name.isEmpty && name.first?.isWhitespace == false && name.last?.isWhitespace == false
            && name.unicodeScalars.allSatisfy {
                ![.control, .lineSeparator, .paragraphSeparator]
                    .contains($0.properties.generalCategory)
            }
        if pieces.count > 2 || pieces.contains(where: { $0.contains("{") || $0.contains("}") }) {
            report(.entry(.nameBraces(name)), at: field.place)
        } else if !isPlain {
            report(.entry(.jobName(name)), at: field.place)
        } else {
            return name
        }
        return nil
    }

    private mutating func root(_ field: Field) -> RootPattern? {
        guard let text = text(field, example: "\"hdfs:///flink/savepoints/sales\"") else {
            return nil
        }
        return attempt(at: field.place) { () throws(PlaceProblem) in
            try PlaceReading.root(text)
        }
    }

    private mutating func flink(_ field: Field) -> String? {
        let example = "{ rest: \"http://jobmanager:8081\" }"
        guard let members = members(field, known: ["rest"], example: example) else { return nil }
        guard let rest = members["rest"] else {
            let problem = ShapeProblem.missingKey(
                "rest",
                example: "rest: \"http://jobmanager:8081\""
            )
            report(.shape(problem), at: field.place)
            return nil
        }
        guard let text = text(rest, example: "\"http://jobmanager:8081\"") else { return nil }
        return attempt(at: rest.place) { () throws(PlaceProblem) in
            try PlaceReading.rest(text)
        }
    }

    /// A name for many jobs needs roots for many, and the other way round.
    ///
    /// The changelog of many jobs may be one place: it is set for a whole cluster, and what lies
    /// in it lies below job ids.
    private mutating func reportPlaceholders(of draft: JobDraft) {
        guard let name = draft.name?.text else { return }
        let isPattern = name.contains(RootPattern.placeholder)
        if isPattern, let claim = draft.claims?.first {
            report(.entry(.claimsOfPattern(name)), at: claim.place)
        }
        for (kind, root) in draft.roots {
            let text = root.pattern.description
            switch (isPattern, root.pattern.wildcard != nil) {
            case (true, false) where kind != .changelog:
                report(.entry(.rootWithoutJob(root: text, name: name)), at: root.place)
            case (false, true):
                report(.entry(.nameWithoutJob(root: text, name: name)), at: root.place)
            default: break
            }
        }
    }
}
