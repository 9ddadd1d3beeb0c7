// SPDX-License-Identifier: Apache-2.0

// usage: metadata-benchmark DIRECTORY PASSES
//
// Reads the `_metadata` of every directory in one, so many times, and prints the median of the CPU time of
// a pass. A file that does not read is an error: the peer reads the same ones. No test.

import CSystemCalls
import FlinkMetadata
import Foundation
import Glibc
import SnapshotModel
import Storage

func cpuTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Reads one file from its path on.
func references(of path: String) throws -> Int {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
        throw CocoaError(.fileReadUnknown)
    }
    var source = FileByteSource(
        owning: descriptor,
        length: Int64(status.st_size),
        modified: Instant(nanoseconds: 0),
        identity: .none,
        isPart: false
    )
    return try MetadataReader.read(&source).references.count
}

// As the program does.
janitor_keep_freed_memory()
let words = CommandLine.arguments
guard words.count == 3, let passes = Int(words[2]), passes > 0 else {
    print("usage: metadata-benchmark DIRECTORY PASSES")
    exit(2)
}
let names = try FileManager.default.contentsOfDirectory(atPath: words[1])
let paths = names.map { "\(words[1])/\($0)/_metadata" }
var times: [Double] = []
var count = 0
for _ in 0..<passes {
    let start = cpuTime()
    count = try paths.reduce(0) { try $0 + references(of: $1) }
    times.append(cpuTime() - start)
}
var use = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
print(
    """
    {"seconds": \(times.sorted()[passes / 2]), "files": \(paths.count), "references": \(count), \
    "peakMiB": \(use.ru_maxrss / 1024)}
    """
)
