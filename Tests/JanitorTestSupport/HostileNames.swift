// SPDX-License-Identifier: Apache-2.0

public import SnapshotModel

/// Names that a shell, a glob, an option parser or a decoder of text would trip over.
public enum HostileNames {
    /// All of them; every one is the name of a directory entry on a local disk.
    public static let all: [ObjectName] = [
        "with space", " leading", "trailing ", "new\nline", "tab\t", "*", "?", "{}", "[a]", "[",
        "\\", "\\n", "%", "%2F", "a:b", "-rf", "--", "-", "$HOME", "`id`", "$(id)", "'", "\"", ";",
        "&", "|", "~", "#", "!", "(", "...", "ä", "a\u{308}", "日本", "🗑", "\u{202E}abc", "con",
        ObjectName([0xFF]), ObjectName([0x61, 0xC3, 0x28]), ObjectName([0x01, 0x7F]),
        ObjectName([UInt8](repeating: 0x78, count: 255)),
        ObjectName([UInt8](repeating: 0xE4, count: 255)),
    ]
}
