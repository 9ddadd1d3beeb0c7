// SPDX-License-Identifier: Apache-2.0

/// Who is told of a run: the policy's `notify`.
///
/// Nothing that is decided depends on it.
public struct NotifySettings: Hashable, Sendable {
    /// A check of a dead-man switch: called with `/start` at the beginning of a run, as it is at
    /// its end, and with `/fail` where it did not end well.
    ///
    /// Source: Healthchecks.io, Pinging API; its open-source server takes the same.
    public var ping: String?
    /// Gets a short JSON text after every run and report.
    public var webhook: String?

    /// Makes settings.
    public init(ping: String? = nil, webhook: String? = nil) {
        self.ping = ping
        self.webhook = webhook
    }

    /// Nobody is told.
    public static let nobody = NotifySettings()

    /// The section as a policy has it.
    var json5: String {
        let members = [("ping", ping), ("webhook", webhook)].compactMap { key, value in
            value.map { "\(key): \($0.literal)" }
        }
        return "{ \(members.joined(separator: ", ")) }"
    }
}
