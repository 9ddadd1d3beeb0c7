// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Planning
internal import SnapshotModel

/// Items of one form that are taken at once, in one call of the remover.
struct RunStep {
    /// How much one step may take.
    ///
    /// A signal waits for the step in hand, and so does the renewal of the locks: a step has to be a
    /// matter of seconds. Every step costs the journal two lines on the disk: there must not be one
    /// for each of a thousand small things.
    struct Size {
        /// Snapshots in one step.
        var snapshots = 64
        /// Files in the snapshots of one step; a single snapshot may hold more.
        var filesInSnapshots = 20_000
        /// Files or empty directories outside snapshots in one step.
        var objects = 1000

        /// The size where every call starts a process: as much as one call is given.
        static let ofProcesses = Size(snapshots: 1000, filesInSnapshots: .max, objects: 1000)

        /// The size where objects go in batches of 1,000, each of them a process: before every step
        /// everything is listed once more.
        static let ofBatches = Size(snapshots: 1000, filesInSnapshots: 100_000, objects: 20_000)
    }

    /// What is done with them.
    let action: JournalRecord.Action
    /// What is taken; none of them has to wait for another one of the same step.
    let items: [StepItem]

    /// The run in whose trash the items lie; nil for items that lie at their own places.
    var run: String? { items.first?.run }

    /// Puts removals into steps: snapshots, then files, then empty directories.
    ///
    /// - Parameters:
    ///   - snapshots: Snapshots that go, in the order in which they have to go.
    ///   - objects: What goes outside snapshots, in the order in which it has to go.
    ///   - jobs: The plan's jobs, which say how long the trash is kept.
    ///   - withoutTrash: Roots in which nothing can be brought back: there is no trash.
    ///   - size: The most in one step, by where an item lies.
    /// - Returns: Steps that together hold every removal once.
    static func steps(
        of snapshots: [PlannedSnapshot],
        _ objects: [PlannedObject] = [],
        jobs: [PlannedJob],
        withoutTrash: Set<StorageURL> = [],
        size: @escaping (StorageURL) -> Size
    ) -> [RunStep] {
        let trash = Dictionary(
            jobs.map { ($0.name, $0.trash) },
            uniquingKeysWith: { first, _ in first }
        )
        var steps = StepFiller(size: size)
        for snapshot in snapshots {
            let removesAtOnce =
                trash[snapshot.job] == .some(nil) || withoutTrash.contains(snapshot.root)
            steps.add(.snapshot(snapshot), removesAtOnce ? .remove : .trash)
        }
        for object in objects {
            let usesTrash = object.usesTrash && !withoutTrash.contains(object.root)
            steps.add(.object(object), usesTrash ? .trash : .remove)
        }
        return steps.finish()
    }

    /// Puts things that lie in the trash into steps.
    ///
    /// - Parameters:
    ///   - items: What is brought back or removed for good, in the order in which it has to be.
    ///   - action: `restore` or `empty`.
    ///   - size: The most in one step, by where an item lies.
    /// - Returns: Steps that together hold every item once.
    static func steps(
        of items: [TrashedItem],
        _ action: JournalRecord.Action,
        size: @escaping (StorageURL) -> Size
    ) -> [RunStep] {
        var steps = StepFiller(size: size)
        for item in items { steps.add(.trashed(item), action) }
        return steps.finish()
    }
}

/// Fills one step after the other.
private struct StepFiller {
    let size: (StorageURL) -> RunStep.Size

    private var steps: [RunStep] = []
    private var open: [StepItem] = []
    private var places: Set<StorageURL> = []
    private var files = 0
    private var action = JournalRecord.Action.trash

    init(size: @escaping (StorageURL) -> RunStep.Size) {
        self.size = size
    }

    mutating func add(_ item: StepItem, _ next: JournalRecord.Action) {
        if !fits(item, next) { close() }
        action = next
        open.append(item)
        places.insert(item.source)
        files += item.fileCount
    }

    mutating func finish() -> [RunStep] {
        close()
        return steps
    }

    private mutating func close() {
        if !open.isEmpty { steps.append(RunStep(action: action, items: open)) }
        open = []
        places = []
        files = 0
    }

    private func fits(_ item: StepItem, _ next: JournalRecord.Action) -> Bool {
        guard let first = open.first else { return true }
        guard next == action, item.form == first.form, item.run == first.run,
            !item.goesAfter.contains(where: places.contains)
        else { return false }
        let size = size(item.place)
        guard item.form == .snapshot else { return open.count < size.objects }
        return open.count < size.snapshots && item.fileCount <= size.filesInSnapshots - files
    }
}
