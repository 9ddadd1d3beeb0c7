// SPDX-License-Identifier: Apache-2.0

internal import SnapshotModel

/// How the checkpoints of jobs fare.
public struct HealthReport {
    /// A threshold of the policy that is passed.
    public struct Problem: Hashable, Sendable {
        /// Its key in the policy's `flink.health`; `running` where the job does not run.
        public let threshold: String
        /// What is the matter.
        public let text: String

        /// Makes a problem of its parts.
        public init(threshold: String, text: String) {
            self.threshold = threshold
            self.text = text
        }
    }

    /// What Flink says of a job's checkpoints.
    public struct Numbers: Hashable, Sendable {
        let secondsSinceLast: Int64?
        let milliseconds: Int64?
        let bytes: Int64?
        let failed: Int
        let ended: Int

        /// Makes numbers of their parts.
        ///
        /// - Parameters:
        ///   - secondsSinceLast: Since the last checkpoint completed; nil where none did.
        ///   - milliseconds: How long it took.
        ///   - bytes: Of the whole state.
        ///   - failed: How many failed of those that Flink remembers.
        ///   - ended: How many of those failed or completed.
        public init(
            secondsSinceLast: Int64?,
            milliseconds: Int64?,
            bytes: Int64?,
            failed: Int,
            ended: Int
        ) {
            self.secondsSinceLast = secondsSinceLast
            self.milliseconds = milliseconds
            self.bytes = bytes
            self.failed = failed
            self.ended = ended
        }
    }

    /// One job.
    public struct Job: Hashable, Sendable {
        let name: String
        let id: String?
        let numbers: Numbers?
        let problems: [Problem]
        let silence: String?

        /// Makes a job of its parts.
        ///
        /// - Parameters:
        ///   - name: Its name in the policy.
        ///   - id: Its id in Flink; nil where it does not run.
        ///   - numbers: What Flink says; nil where it says nothing.
        ///   - problems: What is the matter.
        ///   - silence: Why nothing is known; nil where something is.
        public init(
            name: String,
            id: String? = nil,
            numbers: Numbers? = nil,
            problems: [Problem] = [],
            silence: String? = nil
        ) {
            self.name = name
            self.id = id
            self.numbers = numbers
            self.problems = problems
            self.silence = silence
        }

        /// `healthy`, `unhealthy`, or `unknown` where Flink did not say.
        public var state: String {
            silence != nil ? "unknown" : problems.isEmpty ? "healthy" : "unhealthy"
        }
    }

    /// The jobs, in the policy's order.
    public let jobs: [Job]

    /// Makes a report on jobs.
    public init(_ jobs: [Job]) {
        self.jobs = jobs
    }

    /// For people: a line for each job, and one below it for what is the matter.
    public var text: String {
        jobs.flatMap { job in
            ["\(job.name): \(job.state)\(Self.text(of: job.numbers))"]
                + job.problems.map { "  \($0.text)" } + (job.silence.map { ["  \($0)"] } ?? [])
        }.map { $0.printable + "\n" }.joined()
    }

    private static func text(of numbers: Numbers?) -> String {
        guard let numbers else { return "" }
        var parts: [String] = []
        if let seconds = numbers.secondsSinceLast {
            parts.append("last checkpoint \(seconds) s ago")
        }
        if let milliseconds = numbers.milliseconds { parts.append("took \(milliseconds) ms") }
        if let bytes = numbers.bytes { parts.append(ByteText.text(bytes)) }
        parts.append("\(numbers.failed) of the last \(numbers.ended) failed")
        return ": " + parts.joined(separator: ", ")
    }

    /// Writes it as JSON: `{ "format": 1, "jobs": [ … ] }`.
    ///
    /// Each job has `job`, `state` (`healthy`, `unhealthy`, `unknown`), `jobId`,
    /// `secondsSinceLast`, `milliseconds`, `bytes`, `failed`, `ended` (null where Flink does not
    /// say), `problems` (`threshold`, `text`) and `silence` (why nothing is known, else null).
    ///
    /// - Parameter take: Gets the bytes.
    public func writeJSON(_ take: @escaping (UnsafeRawBufferPointer) -> Void) {
        var json = JSONWriter(take)
        json.object { json in
            json.key("format")
            json.value(1)
            json.key("jobs")
            json.array { json in
                for job in jobs { Self.write(job, &json) }
            }
        }
        json.finish()
    }

    private static func write(_ job: Job, _ json: inout JSONWriter) {
        json.object { json in
            json.key("job")
            json.value(job.name)
            json.key("state")
            json.value(job.state)
            for (key, text) in [("jobId", job.id), ("silence", job.silence)] {
                json.key(key)
                if let text { json.value(text) } else { json.null() }
            }
            let numbers = job.numbers
            for (key, number) in [
                ("secondsSinceLast", numbers?.secondsSinceLast),
                ("milliseconds", numbers?.milliseconds), ("bytes", numbers?.bytes),
                ("failed", numbers.map { Int64($0.failed) }),
                ("ended", numbers.map { Int64($0.ended) }),
            ] {
                json.key(key)
                if let number { json.value(number) } else { json.null() }
            }
            json.key("problems")
            json.array { json in
                for problem in job.problems {
                    json.object { json in
                        json.key("threshold")
                        json.value(problem.threshold)
                        json.key("text")
                        json.value(problem.text)
                    }
                }
            }
        }
    }
}
