// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import SnapshotModel

/// Where a job's snapshots lie: one place, or one for each directory that `{job}` stands for.
public struct RootPattern: Hashable, Sendable {
    /// What stands before `{job}`; the place itself where there is no `{job}`.
    public let base: StorageURL
    /// The component that holds `{job}`, split around it; nil where there is none.
    public let wildcard: Wildcard?

    /// A path component with `{job}` in it, and what follows it.
    public struct Wildcard: Hashable, Sendable {
        /// Bytes of the component in front of `{job}`.
        public let prefix: ObjectName
        /// Bytes of the component behind `{job}`.
        public let suffix: ObjectName
        /// Path below the component, empty where it is the last.
        public let rest: ObjectName

        /// Makes a wildcard of its parts.
        public init(prefix: ObjectName, suffix: ObjectName, rest: ObjectName) {
            self.prefix = prefix
            self.suffix = suffix
            self.rest = rest
        }
    }

    /// Makes a pattern of its parts.
    public init(base: StorageURL, wildcard: Wildcard? = nil) {
        self.base = base
        self.wildcard = wildcard
    }
}

/// What a policy says of one job, or of every job of a pattern.
public struct JobPolicy: Hashable, Sendable {
    /// The job's name; may hold `{job}` where the roots do.
    public var name: String
    /// Where savepoints lie; nil where the policy names no such root.
    public var savepoints: RootPattern?
    /// Where checkpoints lie; nil where the policy names no such root.
    public var checkpoints: RootPattern?
    /// Where the changelog backend keeps its files, when in a place of its own.
    public var changelog: RootPattern?
    /// What is its own in its roots; nil where all is.
    public var attempts: AttemptClaims?
    /// How its own Flink is asked; nil where the policy names none.
    public var flink: FlinkSettings?
    /// The defaults with this job's exceptions over them.
    public var settings: JobSettings

    /// Makes a job of its parts.
    public init(
        name: String,
        savepoints: RootPattern?,
        checkpoints: RootPattern?,
        changelog: RootPattern?,
        attempts: AttemptClaims? = nil,
        flink: FlinkSettings?,
        settings: JobSettings
    ) {
        self.name = name
        self.savepoints = savepoints
        self.checkpoints = checkpoints
        self.changelog = changelog
        self.attempts = attempts
        self.flink = flink
        self.settings = settings
    }
}

/// A place as metadata write it, and where it is.
public struct PathAlias: Hashable, Sendable {
    /// As written in metadata: a scheme with an authority or a path, or more of it.
    public let written: StorageURL
    /// Where that is; nil where the store is known to be gone.
    public let actual: StorageURL?

    /// Makes an alias of its parts.
    public init(written: StorageURL, actual: StorageURL?) {
        self.written = written
        self.actual = actual
    }
}

/// A policy that has been read and found sound.
public struct JanitorPolicy: Hashable, Sendable {
    /// The schemes of places that it may name for what is to be listed.
    public static let schemes = PlaceReading.schemes

    /// Where it was read from, for messages and plans.
    public var source: String
    /// The zone in which calendar periods are cut.
    public var timeZone: TimeZone
    /// In the order of the file.
    public var aliases: [PathAlias]
    /// In the order of the file; explicit ones are carved out of patterns.
    public var jobs: [JobPolicy]
    /// What lies there protects and is never touched.
    public var alsoRead: [StorageURL]
    /// Snapshots that are kept as if pinned.
    public var protected: [StorageURL]
    /// How the stores are reached.
    public var stores: StoreSettings
    /// Who is told of a run.
    public var notify: NotifySettings
    /// The file that metrics are written into; nil for none.
    public var metrics: String?

    /// Makes a policy of its parts.
    public init(
        source: String,
        timeZone: TimeZone,
        aliases: [PathAlias],
        jobs: [JobPolicy],
        alsoRead: [StorageURL],
        protected: [StorageURL],
        stores: StoreSettings = .builtIn,
        notify: NotifySettings = .nobody,
        metrics: String? = nil
    ) {
        self.source = source
        self.timeZone = timeZone
        self.aliases = aliases
        self.jobs = jobs
        self.alsoRead = alsoRead
        self.protected = protected
        self.stores = stores
        self.notify = notify
        self.metrics = metrics
    }

    /// The name of the zone, as policies write it.
    public var timeZoneName: String {
        // Foundation calls UTC so, which a policy may not write.
        timeZone.identifier == "GMT" ? "UTC" : timeZone.identifier
    }

    /// The Gregorian calendar with ISO weeks in the policy's zone.
    public var calendar: Calendar {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = timeZone
        return calendar
    }
}
