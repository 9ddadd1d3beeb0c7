// SPDX-License-Identifier: Apache-2.0

internal import CommandRunning
internal import Foundation
internal import SnapshotModel

/// The JSON in a lock's entry.
struct LockRecord: Codable, Hashable {
    private let token: String
    private let host: String
    private let boot: String
    private let process: Int32
    private let processStart: UInt64
    private let command: String
    private let renewed: String
    private let expires: String
    private let machine: String?
    private let processSpace: String?
    private let childGroup: Int32?
    private let childGroupStart: UInt64?
    /// The root's path as its owner named it.
    let root: String?

    /// Describes an owner.
    init(_ owner: LockOwner, root: ObjectName) {
        token = owner.token
        host = owner.host
        boot = owner.boot
        process = owner.process
        processStart = owner.processStart
        command = owner.command
        renewed = owner.renewed.description
        expires = owner.expires.description
        machine = owner.machine
        processSpace = owner.processSpace
        childGroup = owner.childGroup?.id
        childGroupStart = owner.childGroup?.start
        self.root = root.description
    }

    /// The owner; nil where a time cannot be read.
    var owner: LockOwner? {
        guard let renewed = Instant(renewed), let expires = Instant(expires) else { return nil }
        return LockOwner(
            token: token,
            host: host,
            boot: boot,
            process: process,
            processStart: processStart,
            command: command,
            renewed: renewed,
            expires: expires,
            machine: machine ?? "",
            processSpace: processSpace ?? "",
            childGroup: childGroup.map { ProcessGroup(id: $0, start: childGroupStart ?? 0) }
        )
    }

    /// The record as bytes, one line.
    var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return [] }
        return Array(data) + [0x0A]
    }

    /// Reads what `encoded` gives; nil where it is anything else.
    static func decode(_ bytes: [UInt8]) -> LockRecord? {
        try? JSONDecoder().decode(LockRecord.self, from: Data(bytes))
    }
}
