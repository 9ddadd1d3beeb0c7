// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Storage

extension S3Calls {
    /// Reads a small object, with the entity tag that goes with these very bytes.
    ///
    /// - Parameters:
    ///   - key: Its key.
    ///   - bucket: Its bucket.
    ///   - version: Which version of it; nil for what the key shows.
    /// - Returns: Nil where the store says that there is none.
    /// - Throws: `S3Failure` where that is not known.
    package func content(
        of key: StoredKey,
        in bucket: String,
        version: String? = nil
    ) throws(S3Failure) -> (bytes: [UInt8], tag: String)? {
        let directory = try PrivateDirectory(in: temporaryDirectory)
        let file = "\(directory.path)/body"
        var words = ["s3api", "get-object", "--bucket=\(bucket)", "--key=\(key.text)"]
        if let version { words.append("--version-id=\(version)") }
        words += ["--output=text", "--query=[ETag,to_string(ContentLength)]", file]
        do throws(S3Failure) {
            let said = String(decoding: try aws(words), as: UTF8.self).split(separator: "\t")
            let bytes = FileManager.default.contents(atPath: file).map { Array($0) } ?? []
            guard said.count == 2, Int(String(said[1]).unquoted) == bytes.count else {
                throw S3Failure("\(bytes.count) bytes came, and other than announced")
            }
            return (bytes, String(said[0]).unquoted)
        } catch {
            if error.reason == .notFound { return nil }
            // A refusal whose words got lost: a question without a body tells which one it was.
            guard error.code.isEmpty, error.reason == .failed, version == nil else { throw error }
            do throws(S3Failure) {
                try head(key, in: bucket)
            } catch let missing {
                if missing.reason == .notFound { return nil }
                throw missing
            }
            throw error
        }
    }
}

extension String {
    /// Without blanks around and quotation marks.
    package var unquoted: String {
        trimmingCharacters(in: .whitespacesAndNewlines).replacing("\"", with: "")
    }
}
