// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Policy
internal import SnapshotModel

/// Where metadata lead of which the policy does not say where it is, and the line to add for it.
///
/// A line may stand in the policy as it is, with all the others, and then nothing below the place is
/// unknown any more. No line names a place that holds a root of the policy. Where files of the same
/// random names were listed elsewhere, the line is an alias from the one place to the other.
struct UnknownPlaces {
    /// Something that metadata write as the one place, and that lies in the other.
    private struct Alias: Hashable {
        var written: StorageURL
        var actual: StorageURL

        /// The alias of what holds both; nil where their names differ.
        var parent: Alias? {
            guard written.path.bytes.count > 1, actual.path.bytes.count > 1,
                written.path.last == actual.path.last
            else { return nil }
            return Alias(written: written.parent, actual: actual.parent)
        }
    }

    private let policy: JanitorPolicy
    private let inventory: Inventory
    /// The roots of the policy and everything above them.
    private let aboveRoots: Set<StorageURL>
    /// The directories that unknown references lead into, and of each the first file.
    private let examples: [StorageURL: StorageURL]

    /// Collects them.
    ///
    /// - Parameters:
    ///   - policy: The policy that does not say where they are.
    ///   - inventory: What one look showed.
    ///   - dismissed: Positions of snapshots of which nobody wants to know.
    init(policy: JanitorPolicy, inventory: Inventory, dismissed: Set<Int>) {
        self.policy = policy
        self.inventory = inventory
        aboveRoots = Set(inventory.roots.flatMap { $0.place.inFamily.andAbove })
        var examples: [StorageURL: StorageURL] = [:]
        for (position, snapshot) in inventory.snapshots.enumerated()
        where snapshot.trashRun == nil && !dismissed.contains(position) {
            for unknown in snapshot.unknown where unknown.cause == .noRoot {
                let directory = unknown.place.parent
                examples[directory] = min(examples[directory] ?? unknown.place, unknown.place)
            }
        }
        self.examples = examples
    }

    /// One finding for each line that the policy lacks.
    var findings: [Finding] {
        if examples.isEmpty { return [] }
        let aliases = aliases()
        var groups: [StorageURL: [StorageURL]] = [:]
        var aboveRoots: [StorageURL] = []
        for directory in examples.keys where aliases[directory] == nil {
            if let top = top(above: directory) {
                groups[top, default: []].append(directory)
            } else {
                aboveRoots.append(directory)
            }
        }
        var shortest: [StorageURL: StorageURL] = [:]
        for alias in aliases.values {
            shortest[alias.written] = min(shortest[alias.written] ?? alias.actual, alias.actual)
        }
        return shortest.map { Self.finding($0, isAt: $1) }
            + groups.values.map { Self.finding(Self.common(of: $0)) }
            + aboveRoots.map {
                let hint = "a root lies below it; if all in it may be read, name it in \"alsoRead\""
                return Self.finding($0, hint)
            }
    }

    // MARK: Aliases

    /// For each directory the shortest alias that is right for all unknown ones below it.
    private func aliases() -> [StorageURL: Alias] {
        var found: [StorageURL: [Alias]] = [:]
        var total: [StorageURL: Int] = [:]
        var agreeing: [Alias: Int] = [:]
        for (directory, example) in examples {
            for place in directory.andAbove { total[place, default: 0] += 1 }
            found[directory] = candidates(for: example)
            for candidate in found[directory] ?? [] {
                for alias in sequence(first: candidate, next: \.parent) {
                    agreeing[alias, default: 0] += 1
                }
            }
        }
        var aliases: [StorageURL: Alias] = [:]
        for (directory, candidates) in found {
            let best = candidates.compactMap { candidate in
                sequence(first: candidate, next: \.parent).prefix { alias in
                    agreeing[alias] == total[alias.written] && !isAboveRoot(alias.written)
                }.reversed().first
            }
            aliases[directory] = best.min {
                ($0.written.path.bytes.count, $0.actual) < ($1.written.path.bytes.count, $1.actual)
            }
        }
        return aliases
    }

    /// From a file's directory to all that hold a file of its random name.
    private func candidates(for file: StorageURL) -> [Alias] {
        // What an alias led to is not as it was written, nor perhaps what lies on a host of ours.
        let isOfAlias = policy.aliases.contains { alias in
            [alias.written, alias.actual].contains { $0.flatMap(file.path(below:)) != nil }
        }
        let isOfOurHost = inventory.roots.contains {
            !["file", "s3"].contains($0.place.schemeFamily) && $0.place.isInSameStore(as: file)
        }
        if isOfAlias || isOfOurHost { return [] }
        return inventory.places(ofFilesNamed: file.path.last)
            .filter { !$0.path.components.contains(where: FlinkNames.isJanitors) }
            .map { Alias(written: file.parent, actual: $0.parent) }
    }

    // MARK: Places to read

    /// The highest directory above a place, at least two names long, that holds no root.
    private func top(above directory: StorageURL) -> StorageURL? {
        let above = directory.andAbove.filter { $0.path.bytes.count > 1 && !isAboveRoot($0) }
        return above.last { $0.path.components.count > 1 } ?? above.last
    }

    private func isAboveRoot(_ place: StorageURL) -> Bool { aboveRoots.contains(place.inFamily) }

    /// The deepest place that holds all of these.
    private static func common(of places: [StorageURL]) -> StorageURL {
        places.dropFirst().reduce(places[0]) { common, place in
            common.andAbove.first { place.path(below: $0) != nil } ?? common
        }
    }

    // MARK: Text

    private static func finding(_ written: StorageURL, isAt actual: StorageURL) -> Finding {
        finding(
            written,
            """
            files of those names lie elsewhere; if they were moved there, add to the policy: \
            aliases: { \(quoted(written)): \(quoted(actual)) }
            """
        )
    }

    private static func finding(_ place: StorageURL) -> Finding {
        let isReached = JanitorPolicy.schemes.contains(place.scheme ?? "")
        return finding(
            place,
            isReached
                ? """
                add to the policy: alsoRead: [\(quoted(place))]; where that is another name of a \
                place in it, say so in "aliases"
                """
                : """
                say in the policy where that is, null for a store that is gone: \
                aliases: { \(quoted(place)): "…" }
                """
        )
    }

    private static func finding(_ place: StorageURL, _ hint: String) -> Finding {
        Finding(
            .partial,
            subject: "\(place)",
            message: "metadata reference files there, and the policy does not say where that is",
            hint: hint
        )
    }

    /// A place as a policy has to write it.
    private static func quoted(_ place: StorageURL) -> String {
        let text = place.description.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(text)\""
    }
}

extension StorageURL {
    /// This place and all above it, up to the store's top.
    fileprivate var andAbove: [StorageURL] {
        Array(sequence(first: self) { $0.path.bytes.count > 1 ? $0.parent : nil })
    }

    /// The place under the one name that its scheme's family has.
    fileprivate var inFamily: StorageURL {
        StorageURL(scheme: schemeFamily, authority: authority, path: path)
    }
}
