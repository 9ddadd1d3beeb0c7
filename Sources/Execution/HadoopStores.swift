// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import HDFSRemoval
internal import HDFSStorage
internal import Policy
internal import SnapshotModel
internal import Storage
internal import StorageRemoval
internal import Synchronization

/// The stores that Hadoop's shell reaches, each with one reader for the whole of a command.
final class HadoopStores: Sendable {
    private struct Store {
        let shell: HadoopShell
        let reader: HDFSStorage
    }

    private let settings: HadoopShell.Settings
    private let runner: any CommandRunner
    private let spoolDirectory: String
    private let state: StateDirectory?
    private let clock: MonotonicClock
    private let pause: @Sendable (Duration) -> Void
    private let stores = Mutex<[String: Store]>([:])

    init(
        _ settings: HDFSSettings,
        environment: [String: String],
        runner: any CommandRunner,
        state: StateDirectory?,
        clock: MonotonicClock,
        pause: @escaping @Sendable (Duration) -> Void
    ) {
        self.state = state
        self.clock = clock
        self.pause = pause
        self.settings = HadoopShell.Settings(
            command: settings.command.map { ObjectName($0) },
            options: settings.options.map { ObjectName($0) },
            javaOptions: settings.javaOptions.map { ObjectName($0) },
            timeLimit: .nanoseconds(settings.timeLimit.fixedNanoseconds ?? 0),
            environment: CommandEnvironment(passing: environment)
        )
        self.runner = runner
        let directory = environment["TMPDIR"] ?? ""
        spoolDirectory = directory.hasPrefix("/") ? directory : "/tmp"
    }

    /// Tells whether a place lies in a store that Hadoop's shell reaches.
    static func reaches(_ place: StorageURL) -> Bool {
        place.scheme == "hdfs" || place.scheme == "viewfs"
    }

    func reader(of place: StorageURL) -> HDFSStorage { store(of: place).reader }

    func remover(of place: StorageURL) -> HDFSRemover {
        let store = store(of: place)
        return HDFSRemover(shell: store.shell, reader: store.reader)
    }

    func locker(of place: StorageURL) -> HDFSLocker {
        let store = store(of: place)
        return HDFSLocker(shell: store.shell, reader: store.reader)
    }

    private func store(of place: StorageURL) -> Store {
        stores.withLock { stores in
            let key = "\(place.scheme ?? "")://\(place.authority)"
            if let known = stores[key] { return known }
            let shell = HadoopShell(store: place, settings: settings, runner: runner)
            let state = state
            let reader = HDFSStorage(
                shell: shell,
                spoolDirectory: spoolDirectory,
                trashed: { try state.map { try TrashedPlaces($0, countsBegun: true) } ?? .none },
                clock: clock,
                pause: pause
            )
            let store = Store(shell: shell, reader: reader)
            stores[key] = store
            return store
        }
    }
}
