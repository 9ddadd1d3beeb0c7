// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import SnapshotModel

/// What Flink's REST interface answers, as far as it is asked here; keys beyond these are let be.
///
/// Source: the message classes in `org.apache.flink.runtime.rest.messages` (Flink 2.3).
enum RESTAnswers {
    struct Overview: Decodable {
        struct Job: Decodable {
            let jid: String
            let name: String
            let state: String
            let start: Int64?

            private enum CodingKeys: String, CodingKey {
                case jid, name, state
                case start = "start-time"
            }
        }

        let jobs: [Job]
    }

    struct Errors: Decodable {
        let errors: [String]
    }

    struct Option: Decodable {
        let key: String
        let value: String
    }

    struct Trigger: Decodable {
        let requestID: String

        private enum CodingKeys: String, CodingKey {
            case requestID = "request-id"
        }
    }

    struct Progress: Decodable {
        struct Status: Decodable {
            let id: String
        }

        struct Operation: Decodable {
            struct Cause: Decodable {
                let stackTrace: String

                private enum CodingKeys: String, CodingKey {
                    case stackTrace = "stack-trace"
                }
            }

            let location: String?
            private let cause: Cause?

            private enum CodingKeys: String, CodingKey {
                case location
                case cause = "failure-cause"
            }

            /// Why it failed, as Java tells it; nil where it did not.
            var failure: String? { cause?.stackTrace }
        }

        let status: Status
        let operation: Operation?
    }

    /// Answers of `/jobs/:id/checkpoints`; numbers in its summary may be the text `NaN`, so the
    /// summary is not read.
    struct Checkpoints: Decodable {
        struct Counts: Decodable {
            let completed: Int
            let failed: Int
            let inProgress: Int

            private enum CodingKeys: String, CodingKey {
                case completed, failed
                case inProgress = "in_progress"
            }
        }

        struct Checkpoint: Decodable {
            let id: Int64
            let status: String
            let triggered: Int64
            let acknowledged: Int64?
            let duration: Int64?
            let bytes: Int64?
            let path: String?
            let isSavepoint: Bool?

            private enum CodingKeys: String, CodingKey {
                case id, status
                case isSavepoint = "is_savepoint"
                case triggered = "trigger_timestamp"
                case acknowledged = "latest_ack_timestamp"
                case duration = "end_to_end_duration"
                case bytes = "state_size"
                case path = "external_path"
            }
        }

        struct Restored: Decodable {
            let path: String?

            private enum CodingKeys: String, CodingKey {
                case path = "external_path"
            }
        }

        struct Latest: Decodable {
            let completed: Checkpoint?
            let restored: Restored?
        }

        let counts: Counts
        let latest: Latest
        let history: [Checkpoint]?

        var value: FlinkCheckpointing {
            let history = history ?? []
            let checkpoints = history.filter {
                $0.status == "IN_PROGRESS" && $0.isSavepoint == false
            }
            return FlinkCheckpointing(
                restoredFrom: latest.restored.map { $0.path ?? "" },
                completedCount: counts.completed,
                failedCount: counts.failed,
                latest: latest.completed.map(Self.completed),
                history: history.filter { $0.status == "COMPLETED" }.map(Self.completed),
                outcomes: history.map(\.status),
                mayBeTakingSavepoint: counts.inProgress > checkpoints.count
            )
        }

        private static func completed(_ checkpoint: Checkpoint) -> FlinkCheckpointing.Completed {
            FlinkCheckpointing.Completed(
                id: checkpoint.id,
                triggered: Instant(milliseconds: checkpoint.triggered),
                completed: Instant(
                    milliseconds: checkpoint.acknowledged ?? checkpoint.triggered
                ),
                durationMilliseconds: checkpoint.duration ?? 0,
                stateBytes: checkpoint.bytes ?? 0,
                path: checkpoint.path.flatMap { $0.isEmpty ? nil : $0 }
            )
        }
    }

    struct Settings: Decodable {
        struct Externalization: Decodable {
            let enabled: Bool
            let deleteOnCancellation: Bool

            private enum CodingKeys: String, CodingKey {
                case enabled
                case deleteOnCancellation = "delete_on_cancellation"
            }
        }

        let mode: String
        let interval: Int64
        let timeout: Int64
        let pause: Int64
        let externalization: Externalization?
        let backend: String?

        private enum CodingKeys: String, CodingKey {
            case mode, interval, timeout, externalization
            case pause = "min_pause"
            case backend = "state_backend"
        }

        var value: FlinkCheckpointSettings {
            // Without periodic checkpoints Flink says the largest number of Java's `long`.
            FlinkCheckpointSettings(
                isExactlyOnce: mode == "exactly_once",
                intervalMilliseconds: interval >= Int64.max - 1 || interval <= 0 ? nil : interval,
                timeoutMilliseconds: timeout,
                pauseMilliseconds: pause,
                isRetainedOnCancellation: externalization.map {
                    $0.enabled && !$0.deleteOnCancellation
                } ?? false,
                stateBackend: backend
            )
        }
    }
}

/// What a job's checkpoints are set to.
public struct FlinkCheckpointSettings: Hashable, Sendable {
    /// Exactly once; else at least once.
    public var isExactlyOnce: Bool
    /// From one trigger to the next, in milliseconds; nil where none are triggered.
    public var intervalMilliseconds: Int64?
    /// After which a checkpoint fails, in milliseconds.
    public var timeoutMilliseconds: Int64
    /// From one checkpoint's end to the next one's trigger at least, in milliseconds.
    public var pauseMilliseconds: Int64
    /// Whether checkpoints stay when the job is cancelled.
    public var isRetainedOnCancellation: Bool
    /// The class of the state backend; nil where Flink does not say.
    public var stateBackend: String?
}
