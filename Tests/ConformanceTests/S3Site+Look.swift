// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport

extension S3Site {
    /// Looks at everything whose key begins as the tree's do, what lies beside it too.
    ///
    /// Where the bucket keeps versions, what has nothing but old ones lies in the trash.
    ///
    /// - Throws: Where it cannot be listed.
    func look() throws -> StoreLook {
        struct Object: Decodable {
            let key: String
            let bytes: Int64

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                key = try values.decode(String.self)
                bytes = try values.decode(Int64.self)
            }
        }
        var look = StoreLook()
        let words = [service.ceph, "lengths", bucket, prefix]
        let bytes = try service.order(words, isStranger: isStranger)
        for object in try JSONDecoder().decode([Object].self, from: Data(bytes)) {
            let path = path(of: object.key)
            if path.hasSuffix("/.janitor-lock/owner") {
                try add(lock: path, object.key, to: &look)
            } else if path.contains("/.janitor-") {
                look.own.insert(path.withoutNames)
            } else {
                look.files[path] = object.bytes
            }
        }
        guard ["versioned", "locked"].contains(bucket) else { return look }
        look.trashed = try oldVersions().subtracting(look.files.keys)
        return look
    }

    /// Reads a lock: one that was given back stays, and names no process.
    private func add(lock path: String, _ key: String, to look: inout StoreLook) throws {
        struct Owner: Decodable {
            let process: Int32
        }
        let text = try service.order([service.ceph, "text", bucket, key], isStranger: isStranger)
        let owner = try JSONDecoder().decode(Owner.self, from: Data(text)).process
        look.own.insert(path)
        if owner == 0 { return }
        if kill(owner, 0) == 0 { look.held.insert(path) } else { look.abandoned.insert(path) }
    }

    /// Every key below the prefix but the program's own, without it.
    func keys() throws -> Set<String> {
        let keys = try service.keys("\(prefix)/", in: bucket, isStranger: isStranger)
        return Set(
            keys.map { String($0.dropFirst(prefix.count + 1)) }.filter { !$0.contains(".janitor-") }
        )
    }

    /// The savepoints of which anything is there.
    func savepoints() throws -> Set<String> {
        Set(try keys().map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    }

    /// The savepoints that a run leaves.
    var kept: Set<String> { Set(jobs.map { "\($0)/\(Self.name(3))" }) }
}

extension S3Site: ClientFaultSite {
    /// The words of S3's clients hide some.
    var tellsOfSilence: Bool { false }

    func callCount() throws -> Int { try calls().count }

    /// Every lock names somebody: it is written at once, on a condition.
    func removeNamelessLock(namedIn text: String) throws -> Bool { false }
}

extension String {
    /// What the program calls something of its own, without a run's name and what names its contents.
    fileprivate var withoutNames: String {
        replacing(/\/\.janitor-trash\/[^\/]+\//) { _ in "/.janitor-trash/RUN/" }
            .replacing(/\/(keys|markers)-[^\/]*$/) { "/\($0.1)" }
    }
}
