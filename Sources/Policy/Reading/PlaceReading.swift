// SPDX-License-Identifier: Apache-2.0

import SnapshotModel

/// Reads the places of a policy: roots, and what may stand beside them.
enum PlaceReading {
    /// The schemes that a backend reads.
    static let schemes = ["file", "hdfs", "viewfs", "s3", "s3a", "s3n", "s3p"]

    /// Reads one place: a URL, or an absolute path, which becomes a `file` URL.
    static func place(_ text: String, mayBeStore: Bool) throws(PlaceProblem) -> StorageURL {
        if text.contains("{job}") { throw PlaceProblem(text: text, cause: .jobNotHere) }
        let url = try url(text)
        if !mayBeStore, url.isStore { throw PlaceProblem(text: text, cause: .store) }
        return url
    }

    /// Reads a place as metadata write it: any scheme, and whatever authority they name.
    static func written(_ text: String) throws(PlaceProblem) -> StorageURL {
        if text.contains("{job}") { throw PlaceProblem(text: text, cause: .jobNotHere) }
        return try url(text, asWritten: true)
    }

    /// Reads a root, with `{job}` or without.
    static func root(_ text: String) throws(PlaceProblem) -> RootPattern {
        func problem(_ cause: PlaceProblem.Cause) -> PlaceProblem {
            PlaceProblem(text: text, cause: cause)
        }
        let mark = RootPattern.placeholder
        let url = try url(text)
        guard !url.isStore else { throw problem(.store) }
        guard !url.authority.contains(mark) else { throw problem(.jobInAuthority) }
        let pieces = text.split(separator: mark, omittingEmptySubsequences: false)
        guard pieces.count < 3 else { throw problem(.jobTwice) }
        guard !pieces.contains(where: { $0.contains("{") || $0.contains("}") }) else {
            throw problem(.braces)
        }
        let components = url.path.components
        guard let index = components.firstIndex(where: { $0.description.contains(mark) }) else {
            return RootPattern(base: url)
        }
        guard index > 0 || url.schemeFamily == "s3" else { throw problem(.jobAtTop) }
        let around = components[index].description.split(
            separator: mark,
            omittingEmptySubsequences: false
        )
        return RootPattern(
            base: StorageURL(
                scheme: url.scheme,
                authority: url.authority,
                path: joined(components[..<index])
            ),
            wildcard: RootPattern.Wildcard(
                prefix: ObjectName(String(around.first ?? "")),
                suffix: ObjectName(String(around.last ?? "")),
                rest: joined(components[(index + 1)...])
            )
        )
    }

    private static func joined(_ components: ArraySlice<ObjectName>) -> ObjectName {
        ObjectName(components.map(\.bytes).joined(separator: [UInt8(ascii: "/")]))
    }

    private static func url(
        _ text: String,
        asWritten: Bool = false
    ) throws(PlaceProblem) -> StorageURL {
        func problem(_ cause: PlaceProblem.Cause) -> PlaceProblem {
            PlaceProblem(text: text, cause: cause)
        }
        guard !text.isEmpty else { throw problem(.empty) }
        guard !text.utf8.contains(0) else { throw problem(.zeroByte) }
        guard let parsed = StorageURL(parsing: ObjectName(text)) else { throw problem(.relative) }
        let scheme = parsed.scheme ?? "file"
        if !asWritten {
            guard schemes.contains(scheme) else {
                let nearest = NearestName.of(scheme, among: schemes).map { "\($0)://" }
                throw problem(.unknownScheme(scheme, nearest: nearest))
            }
            let holdsSecret = parsed.schemeFamily == "s3" && parsed.authority.contains(":")
            guard !parsed.authority.contains("@"), !holdsSecret else { throw problem(.user) }
        }
        var authority = parsed.authority
        if scheme == "file" {
            guard authority.isEmpty || authority.lowercased() == "localhost" else {
                throw problem(.fileHost(authority))
            }
            authority = ""
        }
        if let cause = fault(ofComponents: parsed.path.components) { throw problem(cause) }
        if parsed.schemeFamily == "s3", authority.isEmpty { throw problem(.noBucket) }
        return StorageURL(scheme: scheme, authority: authority, path: parsed.path)
    }

    private static func fault(ofComponents components: [ObjectName]) -> PlaceProblem.Cause? {
        for component in components.map(\.description) {
            switch component {
            case ".", "..": return .dots(component)
            case "*", "**": return .glob
            case _ where component.hasPrefix(".janitor-"): return .ownFolder(component)
            default: break
            }
        }
        return nil
    }

    /// Reads the base URL of Flink's REST interface; slashes at its end go.
    static func rest(_ text: String) throws(PlaceProblem) -> String {
        let problem = PlaceProblem(text: text, cause: .rest)
        let lower = text.lowercased()
        guard let opening = ["http://", "https://"].first(where: { lower.hasPrefix($0) }),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "?#{}\\\"<>^`|".contains($0) })
        else { throw problem }
        let rest = text.dropFirst(opening.count)
        let authority = rest.prefix { $0 != "/" }
        if authority.contains("@") { throw PlaceProblem(text: text, cause: .user) }
        // The colons inside the brackets of an IPv6 address begin no port.
        let afterHost = authority.lastIndex(of: "]").map {
            authority[authority.index(after: $0)...]
        }
        let tail = afterHost ?? authority[(authority.firstIndex(of: ":") ?? authority.endIndex)...]
        guard tail.startIndex > authority.startIndex else { throw problem }
        if !tail.isEmpty {
            guard tail.first == ":", let port = UInt16(tail.dropFirst()), port > 0,
                tail.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { throw problem }
        }
        return opening + rest.reversed().drop { $0 == "/" }.reversed().map(String.init).joined()
    }
}

extension StorageURL {
    /// Whether this is the top of a store.
    var isStore: Bool { path.bytes.count == 1 }
}
