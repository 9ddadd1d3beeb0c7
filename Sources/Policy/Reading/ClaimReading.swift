// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// One attempt, or a pattern for some, that a job claims.
struct Claim {
    enum Kind: String, CaseIterable {
        case jobIDs = "jobIds"
        case digits
        case names
    }

    let kind: Kind
    let text: String
    let place: Place

    /// Whether something can be both this and another claim.
    func meets(_ other: Claim) -> Bool {
        guard kind == other.kind else { return false }
        return kind == .names
            ? EntryPattern(text).canMeet(EntryPattern(other.text)) : text == other.text
    }
}

extension JobDraft {
    /// What the job claims; nil where it has its roots whole.
    var attempts: AttemptClaims? {
        claims.map { claims in
            func texts(_ kind: Claim.Kind) -> Set<String> {
                Set(claims.filter { $0.kind == kind }.map(\.text))
            }
            return AttemptClaims(
                jobIDs: texts(.jobIDs),
                digits: texts(.digits),
                names: Set(texts(.names).map { EntryPattern($0) })
            )
        }
    }
}

extension PolicyReading {
    /// Reads what a job claims in roots that it shares; what is wrong is reported and left out.
    mutating func claims(_ field: Field) -> [Claim]? {
        let known = Claim.Kind.allCases.map(\.rawValue)
        let example = "{ digits: [\"1a2b3c\"] }"
        guard let members = members(field, known: known, example: example) else { return nil }
        var claims: [Claim] = []
        var isSaid = false
        for kind in Claim.Kind.allCases {
            guard let field = members[kind.rawValue] else { continue }
            let items = items(field, example: "[\"\(kind.example)\"]") ?? []
            isSaid = isSaid || !items.isEmpty
            for item in items {
                guard let claim = claim(item, kind) else { continue }
                reportMeeting(claim, among: claims)
                claims.append(claim)
            }
        }
        if !isSaid { report(.entry(.noClaims), at: field.place) }
        return claims
    }

    private mutating func claim(_ field: Field, _ kind: Claim.Kind) -> Claim? {
        guard let text = text(field, example: "\"\(kind.example)\"") else { return nil }
        if let problem = kind.problem(of: text) {
            report(.entry(problem), at: field.place)
            return nil
        }
        return Claim(kind: kind, text: text, place: field.place)
    }

    /// Reports what two jobs that share a root both claim.
    mutating func reportSharedClaims(_ later: JobDraft, _ earlier: JobDraft) {
        for claim in later.claims ?? [] { reportMeeting(claim, among: earlier.claims ?? []) }
    }

    private mutating func reportMeeting(_ claim: Claim, among others: [Claim]) {
        guard let other = others.first(where: { $0.place != claim.place && claim.meets($0) })
        else { return }
        let problem = EntryProblem.sameClaim(
            claim.text,
            other: other.text,
            otherPath: other.place.path
        )
        report(.entry(problem), at: claim.place)
    }
}

extension Claim.Kind {
    fileprivate var example: String {
        switch self {
        case .jobIDs: "0123456789abcdef0123456789abcdef"
        case .digits: "1a2b3c"
        case .names: "orders-*"
        }
    }

    /// What is wrong with a text; nil where it can be such a claim.
    fileprivate func problem(of text: String) -> EntryProblem? {
        switch self {
        case .jobIDs: return Self.isHex(text, count: 32) ? nil : .jobID(text)
        case .digits: return Self.isHex(text, count: 6) ? nil : .digits(text)
        case .names:
            let isName =
                !text.isEmpty && !text.contains("/") && text != "." && text != ".."
                && !text.contains { "?[]{}".contains($0) }
                && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
            // A pattern may meet Flink's names; it never stands for one.
            return isName && !RootPattern.isReserved(ObjectName(text)) ? nil : .entryName(text)
        }
    }

    private static func isHex(_ text: String, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
