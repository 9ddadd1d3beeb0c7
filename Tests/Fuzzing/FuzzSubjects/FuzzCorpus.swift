// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Inputs in files of the checkout.
public enum FuzzCorpus {
    private static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What fuzzing found once: by file name, of one subject.
    public static func fixtures(of subject: String) -> [(name: String, bytes: [UInt8])] {
        let folder = "Tests/Fuzzing/Fixtures/\(subject)"
        return names(in: folder).compactMap { name in
            bytes("\(folder)/\(name)").map { (name, $0) }
        }
    }

    /// Files of the checkout whose paths have an ending, in order.
    ///
    /// - Parameters:
    ///   - folder: A path below the checkout.
    ///   - ending: What paths end in.
    ///   - limit: The most bytes that one may have.
    /// - Returns: Their bytes.
    /// - Throws: `FuzzCorpusError` where there is none.
    static func files(
        in folder: String,
        endingIn ending: String,
        limit: Int = 1 << 14
    ) throws(FuzzCorpusError) -> [[UInt8]] {
        let found = names(in: folder).filter { $0.hasSuffix(ending) }
            .compactMap { bytes("\(folder)/\($0)") }.filter { $0.count <= limit }
        guard !found.isEmpty else { throw FuzzCorpusError("there is no seed in \"\(folder)\"") }
        return found
    }

    private static func names(in folder: String) -> [String] {
        let path = checkout.appending(path: folder).path
        return (try? FileManager.default.subpathsOfDirectory(atPath: path))?.sorted() ?? []
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        (try? Data(contentsOf: checkout.appending(path: path))).map { Array($0) }
    }
}

/// Why there is nothing to fuzz with.
public struct FuzzCorpusError: Error, CustomStringConvertible {
    /// What is missing.
    public let description: String

    init(_ description: String) { self.description = description }
}
