// SPDX-License-Identifier: Apache-2.0

/// Writes numbers of bytes for people.
public enum ByteText {
    private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    /// A number of bytes in the largest binary unit in which it is 1 or more.
    ///
    /// - Parameter bytes: 0 or more.
    /// - Returns: `512 B`, `1.2 GiB`.
    public static func text(_ bytes: Int64) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024
        var unit = 0
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
