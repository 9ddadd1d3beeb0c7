// SPDX-License-Identifier: Apache-2.0

import Discovery
import Foundation
import JanitorTestSupport
import Policy
import Retention
import SnapshotModel
import Storage

@testable import Planning

/// Plans made by hand, so that every part of one is known.
struct PlanSample: Sendable, CustomStringConvertible {
    let description: String
    let plan: Plan

    static let all = [nothing, ordinary, limited, partial, hostile]

    static let at = Instant(seconds: 1_795_312_800, nanoseconds: 123_000_000)

    /// A moment so many days before the plan's.
    static func ago(_ days: Int64) -> Instant {
        at.advanced(byNanoseconds: -days * 86_400_000_000_000)
    }

    static func place(_ below: ObjectName, in root: StorageURL = savepoints) -> StorageURL {
        root.appending(below)
    }

    static let savepoints = StorageURL(scheme: "file", path: "/flink/savepoints/orders")
    static let checkpoints = StorageURL(scheme: "file", path: "/flink/checkpoints/orders")

    /// A closed savepoint that stays; changed by the closure.
    static func snapshot(
        _ path: ObjectName,
        id: Int64,
        days: Int64,
        in root: StorageURL = savepoints,
        _ change: (inout PlannedSnapshot) -> Void = { _ in }
    ) -> PlannedSnapshot {
        var snapshot = PlannedSnapshot(
            place: root.appending(path),
            root: root,
            path: path,
            job: "orders",
            attempt: "0de550",
            kind: root == savepoints ? .savepoint : .checkpoint,
            checkpointID: id,
            time: ago(days),
            bytes: 120_000 + id,
            fileCount: 3,
            isComplete: true,
            isClosed: true,
            referencesChecked: 2,
            referencesFound: 2,
            missing: [],
            unknown: [],
            labels: [],
            verdict: .keep,
            reasons: [.rule(.amongLast(position: 1, limit: 3))],
            isHeldByLimit: false,
            goesAfter: [],
            identity: .none,
            metadataLength: 512,
            contents: ContentsDigest(count: 3, sum: 0xFEDC_BA98_7654_3210 &+ UInt64(id))
        )
        change(&snapshot)
        return snapshot
    }

    static func root(
        _ place: StorageURL,
        _ role: RootRole,
        _ outcome: ListingOutcome = .complete,
        job: String? = "orders",
        undo: String? = "7d",
        files: Int = 12
    ) -> PlannedRoot {
        PlannedRoot(
            place: place,
            jobs: job.map { [$0] } ?? [],
            role: role,
            outcome: outcome,
            undo: undo,
            fileCount: files
        )
    }

    static func job(_ name: String = "orders", limit: LimitFinding? = nil) -> PlannedJob {
        PlannedJob(
            name: name,
            closedCount: 3,
            condemnedCount: 1,
            condemnedClosedCount: 1,
            condemnedBytes: 120_300,
            limit: limit,
            trash: "7d"
        )
    }

    static func plan(
        _ snapshots: [PlannedSnapshot],
        roots: [PlannedRoot],
        jobs: [PlannedJob],
        _ change: (inout Plan) -> Void = { _ in }
    ) -> Plan {
        var plan = Plan(
            at: at,
            policy: "policy.json5",
            policyFingerprint: "00112233445566778899aabbccddeeff",
            snapshots: snapshots,
            roots: roots,
            jobs: jobs,
            findings: [],
            loose: [:],
            trashCount: 0,
            trashBytes: 0
        )
        change(&plan)
        return plan
    }
}

extension PlanSample {
    /// A job that has never written anything.
    static let nothing = PlanSample(
        description: "nothing",
        plan: plan(
            [],
            roots: [root(savepoints, .savepoints, .absent, files: 0)],
            jobs: [job()]
        )
    )

    private static let condemned = snapshot("savepoint-0de550-000000000300", id: 300, days: 45) {
        $0.verdict = .condemn
        $0.reasons = [
            .rule(.notAmongLast(position: 4, limit: 3)),
            .rule(
                .labelledButOlder("pre-deploy", than: RetentionDuration(30, .days), since: ago(15))
            ),
            .rule(
                .notNewest(
                    of: .month(year: 2026, month: 10),
                    newest: "savepoint-0de550-000000000310"
                )
            ),
        ]
        $0.labels = ["pre-deploy"]
    }

    private static let checkpoint = snapshot(
        "0de5500000000000000000000000aaaa/chk-7",
        id: 7,
        days: 20,
        in: checkpoints
    ) {
        $0.attempt = "0de5500000000000000000000000aaaa"
        $0.reasons = [
            .referenced(
                by: place("savepoint-0de550-000000000310"),
                file: place("0de5500000000000000000000000aaaa/chk-7/state-1", in: checkpoints),
                byNameOnly: false
            )
        ]
    }

    /// One goes, three stay, something lies outside and in the trash.
    static let ordinary = PlanSample(
        description: "ordinary",
        plan: plan(
            [
                snapshot("savepoint-0de550-000000000320", id: 320, days: 1) {
                    $0.reasons.insert(.rule(.newestClosed), at: 0)
                },
                snapshot("savepoint-0de550-000000000310", id: 310, days: 9) { $0.bytes = 512 },
                condemned, checkpoint,
            ],
            roots: [
                root(checkpoints, .checkpoints, undo: nil), root(savepoints, .savepoints),
                root(
                    StorageURL(scheme: "file", path: "/flink/other"),
                    .alsoRead,
                    job: nil,
                    undo: nil
                ),
            ],
            jobs: [job()]
        ) {
            $0.loose[.shared] = LooseTotal(count: 12, bytes: 9_000_000, referenced: (9, 8_000_000))
            $0.loose[.emptyDirectory] = LooseTotal(count: 1, bytes: 0, referenced: (0, 0))
            $0.objects = [
                PlannedObject(
                    place: checkpoints.appending("a1/shared/one"),
                    root: checkpoints,
                    path: "a1/shared/one",
                    job: "orders",
                    kind: .shared,
                    bytes: 900_000,
                    modified: PlanSample.ago(9),
                    reasons: [.object(unreferenced)],
                    usesTrash: true
                )
            ]
            $0.objectTotals = [
                ObjectTotal(.shared, .keep, .needed(.referenced), 9, 8_000_000),
                ObjectTotal(.shared, .keep, young, 2, 100_000),
                ObjectTotal(.shared, .condemn, unreferenced, 1, 900_000),
                ObjectTotal(.emptyDirectory, .leave, .seenTooRarely(seen: 1, of: 2), 1, 0),
            ]
            $0.trashCount = 2
            $0.trashBytes = 1_300_000_000
            $0.findings = [
                Finding(
                    .note,
                    subject: "file:///flink/savepoints/old",
                    message: "there is no such directory",
                    hint: "right for a job that has never written there; else correct the policy"
                )
            ]
        }
    )

    /// A limit holds a job's snapshot back; the policy's name needs quoting.
    static let limited = PlanSample(
        description: "limited",
        plan: plan(
            [
                snapshot("savepoint-0de550-000000000300", id: 300, days: 45) {
                    $0.verdict = .condemn
                    $0.isHeldByLimit = true
                    $0.reasons = [.rule(.notAmongLast(position: 4, limit: 3))]
                }
            ],
            roots: [root(savepoints, .savepoints)],
            jobs: [job(limit: .share(going: 12, of: 20, share: 0.5, count: 10))]
        ) {
            $0.policy = "/etc/janitor/it's ours.json5"
            $0.lost = [
                LostRoot(place: StorageURL(scheme: "file", path: "/flink/a b"), held: 900, holds: 7)
            ]
        }
    )

    /// Whatever cannot be known.
    static let partial = PlanSample(
        description: "partial",
        plan: plan(
            [
                snapshot("savepoint-0de550-000000000300", id: 300, days: 45) {
                    $0.verdict = .leave
                    $0.isComplete = false
                    $0.isClosed = nil
                    $0.checkpointID = nil
                    $0.reasons = [.unreadable("12 bytes needed at offset 4096, 7 left")]
                },
                snapshot("savepoint-0de550-000000000290", id: 290, days: 50) {
                    $0.verdict = .leave
                    $0.isClosed = nil
                    $0.referencesFound = 1
                    $0.unknown = [StorageURL(scheme: "hdfs", authority: "nn1", path: "/x/y")]
                    $0.reasons = [
                        .closureUnknown(
                            StorageURL(scheme: "hdfs", authority: "nn1", path: "/x/y"),
                            cause: "the policy does not say where that is",
                            count: 1
                        )
                    ]
                },
                snapshot("savepoint-0de550-000000000280", id: 280, days: 60) {
                    $0.verdict = .leave
                    $0.isClosed = false
                    $0.referencesFound = 1
                    $0.missing = [place("savepoint-0de550-000000000280/state-1")]
                    $0.reasons = [.rule(.broken(.nothingClosed))]
                },
                snapshot("savepoint-0de550-000000000270", id: 270, days: 61) {
                    $0.verdict = .leave
                    $0.isComplete = false
                    $0.isClosed = false
                    $0.metadataLength = nil
                    $0.attempt = nil
                    $0.reasons = [.unfinished(newest: ago(0), limit: "24h")]
                },
            ],
            roots: [
                root(
                    savepoints,
                    .savepoints,
                    .incomplete([
                        StorageError(
                            .denied,
                            action: "list",
                            place: savepoints,
                            detail: "permission denied"
                        )
                    ])
                )
            ],
            jobs: [job()]
        ) {
            $0.findings = [
                Finding(
                    .partial,
                    subject: "hdfs://nn1/x",
                    message:
                        "metadata reference files there, and the policy does not say where that is",
                    hint: "add to the policy: alsoRead: [\"hdfs://nn1/x\"]; where that is "
                        + "another name of a place in it, say so in \"aliases\""
                )
            ]
        }
    )

    /// Every name that a terminal, a mail or a reader of JSON could trip over.
    static let hostile = PlanSample(
        description: "hostile",
        plan: plan(
            HostileNames.all.enumerated().map { number, name in
                snapshot(name, id: Int64(number), days: 40) {
                    $0.labels = [name]
                    $0.verdict = number % 2 == 0 ? .condemn : .keep
                    $0.missing = [place(name).appending("gone"), place("plain")]
                    $0.goesAfter = [place(name)]
                    $0.job = "a\u{1B}[2Jb\nc\u{202E}d"
                    $0.reasons = [
                        .referenced(by: place(name), file: place(name), byNameOnly: true)
                    ]
                }
            },
            roots: [root(savepoints, .savepoints, job: "a\u{1B}[2Jb\nc\u{202E}d")],
            jobs: [job("a\u{1B}[2Jb\nc\u{202E}d")]
        ) { $0.policy = "a\nb'.json5" }
    )
}

private let unreferenced = ObjectReason.unreferenced(
    modified: PlanSample.ago(9),
    firstSeen: PlanSample.ago(2),
    limit: "24h"
)

private let young = ObjectReason.young(
    modified: PlanSample.ago(0),
    until: PlanSample.ago(-1),
    limit: "24h"
)

extension ObjectTotal {
    fileprivate init(
        _ kind: LooseKind,
        _ verdict: Verdict,
        _ reason: ObjectReason,
        _ count: Int,
        _ bytes: Int64
    ) {
        self.init(
            kind: kind,
            verdict: verdict,
            reason: .object(reason),
            count: count,
            bytes: bytes
        )
    }
}

extension LooseTotal {
    fileprivate init(count: Int, bytes: Int64, referenced: (Int, Int64)) {
        self.init()
        self.count = count
        self.bytes = bytes
        referencedCount = referenced.0
        referencedBytes = referenced.1
    }
}

/// The bytes that something writes piece by piece.
func collected(_ write: (@escaping (UnsafeRawBufferPointer) -> Void) -> Void) -> Data {
    let box = Box()
    write { box.data.append(contentsOf: $0) }
    return box.data
}

private final class Box {
    var data = Data()
}
