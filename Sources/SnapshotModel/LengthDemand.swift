// SPDX-License-Identifier: Apache-2.0

/// What a state handle demands of the length of the file it names.
public enum LengthDemand: Hashable, Sendable {
    /// The file has exactly so many bytes.
    case exactly(Int64)
    /// The file has at least so many bytes: a segment of it ends there.
    case atLeast(Int64)
    /// The file is there; nothing is known of its length.
    ///
    /// Source: changelog (DSTL) files, whose recorded size is not the file's length
    /// (flink-dstl, `OutputStreamWithPos`), and handles with the size −1.
    case exists

    /// Tells whether a file of this many bytes fulfils the demand.
    public func isMet(byLength length: Int64) -> Bool {
        switch self {
        case .exactly(let size): length == size
        case .atLeast(let end): length >= end
        case .exists: true
        }
    }
}
