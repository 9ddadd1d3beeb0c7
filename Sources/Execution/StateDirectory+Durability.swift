// SPDX-License-Identifier: Apache-2.0

internal import CSystemCalls

extension StateDirectory {
    /// Why the directory may be gone at the next run; nil where nothing speaks for it.
    ///
    /// Without what an earlier run saw nothing has a second sighting, and an interrupted run is
    /// not finished.
    ///
    /// Source: `statfs(2)`, the numbers of file systems; `systemd-tmpfiles` empties `/tmp` and
    /// `/var/tmp` (`tmp.conf`).
    public var doubtOfDurability: String? {
        switch janitor_file_system(path) {
        case 0x0102_1994, 0x8584_58f6: return "it lies in memory and is gone after a restart"
        case 0x794c_7630: return "it lies in a container's own layer and is gone with the container"
        default: break
        }
        let temporary = ["/tmp/", "/var/tmp/", "/run/", "/dev/shm/"]
        guard let top = temporary.first(where: { "\(path)/".hasPrefix($0) }) else { return nil }
        return "what lies in \(top.dropLast()) is cleaned away"
    }
}
