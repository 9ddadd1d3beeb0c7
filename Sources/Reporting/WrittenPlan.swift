// SPDX-License-Identifier: Apache-2.0

internal import Discovery
internal import Foundation

/// What has to be read before anything else: it says how to read the rest.
struct WrittenHead: Decodable {
    let format: Int
}

/// The keys of a plan's JSON that a permission is read from.
struct WrittenPlan: Decodable {
    struct Root: Decodable {
        let path: String
        let pathBytes: Data?
        let undo: String?
    }

    /// A root that holds far less than before.
    struct Lost: Decodable {
        let path: String
        let pathBytes: Data?
        let filesBefore: Int
        let files: Int
    }

    struct Snapshot: Decodable {
        let path: String
        let pathBytes: Data?
        let time: String
        let verdict: String
        let root: String
        let rootBytes: Data?
        let metadataBytes: Int64?
        let contents: Contents
        let reasons: [Reason]?
    }

    struct Reason: Decodable {
        let rule: String
    }

    struct Contents: Decodable {
        let count: Int
        let sum: String

        /// Nil where it is not written as plans do it.
        var digest: ContentsDigest? {
            guard let number = UInt64(sum, radix: 16), String(number, radix: 16) == sum,
                count >= 0
            else { return nil }
            return ContentsDigest(count: count, sum: number)
        }
    }

    /// What lies outside snapshots; only what is condemned says where its root is and how old it is.
    struct Object: Decodable {
        let path: String
        let pathBytes: Data?
        let kind: String
        let bytes: Int64
        let verdict: String
        let root: String?
        let rootBytes: Data?
        let time: String?
    }

    let at: String
    let policy: String
    let fingerprint: String
    let snapshots: [Snapshot]
    let objects: [Object]
    let roots: [Root]
    /// Nil in plans of earlier versions.
    let lost: [Lost]?
}
