// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Where the material lies that stands beside the checkout and is not part of it.
public enum SharedMaterial {
    /// The checkout itself.
    public static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder `shared` beside the checkout; nil where there is none.
    public static let folder: URL? = {
        let url = checkout.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }()

    /// What a suite that needs the folder says when it is skipped.
    public static let skipMessage: String = "there is no folder \"shared\" beside the checkout"
}
