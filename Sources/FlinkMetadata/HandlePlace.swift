// SPDX-License-Identifier: Apache-2.0

/// Where in a snapshot a handle stands: its role, and how deep it is nested.
struct HandlePlace {
    private(set) var role: StateRole
    /// Whether recorded sizes are the lengths of files.
    private(set) var knowsLengths = true
    private(set) var depth = 0

    init(_ slot: StateRole.Slot) {
        role = StateRole(slot)
    }

    /// The place of a file of an incremental handle that stands here.
    func incremental(_ part: StateRole.IncrementalPart) -> HandlePlace {
        var place = self
        place.role.incrementalPart = part
        return place
    }

    /// The place of a handle within a changelog handle that stands here.
    func changelog(_ part: StateRole.ChangelogPart) -> HandlePlace {
        var place = self
        place.role.changelogPart = part
        place.depth += 1
        return place
    }

    /// The place of the streams of a changelog, whose recorded sizes are not lengths.
    func changelogStream() -> HandlePlace {
        var place = self
        place.knowsLengths = false
        return place
    }

    /// The place of a delegate of a handle that stands here.
    func delegate() -> HandlePlace {
        var place = self
        place.depth += 1
        return place
    }
}
