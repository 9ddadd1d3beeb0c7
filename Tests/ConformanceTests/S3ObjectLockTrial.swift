// SPDX-License-Identifier: Apache-2.0

import Foundation
import JanitorTestSupport
import Testing

extension S3StoreTests {
    /// Objects under a legal hold or to be retained, in a bucket with object lock.
    ///
    /// Source: a delete without a version writes a delete marker over them and succeeds, on Ceph 16 as on
    /// Amazon S3; deleting the version itself is denied.
    struct S3ObjectLockTrial {
        /// What of the older savepoint is held.
        enum Held {
            case metadata, state
        }

        private func key(_ held: Held, in site: S3Site) throws -> String {
            let old = "a/\(S3Site.name(1))/"
            let keys = try site.keys().filter { $0.hasPrefix(old) }
            let key = keys.first { $0.hasSuffix("/_metadata") == (held == .metadata) }
            return try #require(key)
        }

        private func script(
            _ site: S3Site,
            _ verb: String,
            _ key: String,
            _ more: String...
        ) throws {
            _ = try site.service.order(
                [site.service.ceph, verb, site.bucket, "\(site.prefix)/\(key)"] + more
            )
        }

        /// Law 5: what is held is named when the trash is emptied, again and again, and the rest goes.
        func isNamed(
            held: Held
        ) throws {
            let site = try S3Site(.s5cmd, in: "locked", jobs: ["a"], trash: "7d")
            let key = try key(held, in: site)
            if held == .metadata {
                try script(site, "hold", key, "on")
            } else {
                try script(site, "retain", key)
            }
            // It goes under a delete marker as everything else does, and could come back.
            let end = try site.run("run")
            #expect(end.code == 0, "\(end.text)")
            #expect(try site.savepoints() == site.kept)
            let old = try site.oldVersions()
            for attempt in 1...2 {
                let emptied = try site.run("trash", "empty")
                #expect(emptied.code == 3, "\(attempt): \(emptied.text)")
                #expect(emptied.text.contains(key), "\(emptied.text)")
                #expect(emptied.text.contains("object lock"), "\(emptied.text)")
                // While metadata are held nothing else of the savepoint goes.
                let stays = old.filter {
                    $0.hasPrefix("a/\(S3Site.name(1))/") && (held == .metadata || $0 == key)
                }
                #expect(try site.oldVersions() == stays)
                #expect(try site.savepoints() == site.kept)
            }
            guard held == .metadata else { return }
            try script(site, "hold", key, "off")
            let freed = try site.run("trash", "empty")
            #expect(freed.code == 0, "\(freed.text)")
            #expect(try site.oldVersions() == [])
            #expect(try site.savepoints() == site.kept)
        }

        /// Without a trash what is held goes under a delete marker, and the bucket keeps it.
        func isHidden() throws {
            let site = try S3Site(.s5cmd, in: "locked", jobs: ["a"], trash: "0d")
            let key = try key(.state, in: site)
            try script(site, "hold", key, "on")
            let end = try site.run("run")
            #expect(end.code == 0, "\(end.text)")
            #expect(try site.savepoints() == site.kept)
            #expect(try site.oldVersions().contains(key))
            let second = try site.run("run")
            #expect(second.code == 0, "\(second.text)")
            #expect(try site.savepoints() == site.kept)
        }
    }
}

extension S3Site {
    /// The keys below the prefix, without it and the program's own, of which old versions are there.
    func oldVersions() throws -> Set<String> {
        struct Version: Decodable {
            let key: String
            let isOld: Bool

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                key = try values.decode(String.self)
                let isLatest = try values.decode(Bool.self)
                let isMarker = try values.decode(Bool.self)
                isOld = !isLatest && !isMarker
            }
        }
        let words = [service.ceph, "versions", bucket, "\(prefix)/"]
        let bytes = try service.order(words)
        let versions = try JSONDecoder().decode([Version].self, from: Data(bytes))
        return Set(
            versions.filter { $0.isOld && !$0.key.contains(".janitor-") }
                .map { String($0.key.dropFirst(prefix.count + 1)) }
        )
    }
}
