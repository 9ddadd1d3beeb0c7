// SPDX-License-Identifier: Apache-2.0

/// Somebody who cannot be told of a run, or a file that cannot take metrics.
public enum NotifyProblem: Hashable, Sendable {
    /// An address that is none; it is not repeated, because it may be a secret.
    case address(key: String)
    /// A file for metrics that is not named by its whole path, or that nobody would read.
    case metricsFile(String)
}

// MARK: - ProblemWording

extension NotifyProblem: ProblemWording {
    var message: String {
        switch self {
        case .address: "cannot use this address: it is not an http:// or https:// URL"
        case .metricsFile(let path):
            "cannot use file \(path.quoted): it is not named by its whole path, with .prom at its end"
        }
    }

    var hint: String {
        switch self {
        case .address(let key):
            key == "ping"
                ? "write ping: \"https://hc-ping.com/your-uuid\""
                : "write webhook: \"https://chat.example/hooks/…\""
        case .metricsFile:
            "write metrics: \"/var/lib/prometheus/node-exporter/janitor.prom\""
        }
    }
}
