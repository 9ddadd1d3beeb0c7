// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An open file descriptor; closed at the end of its life.
package struct Descriptor: ~Copyable, Sendable {
    /// The number that system calls take.
    package let number: Int32

    /// Takes over an open descriptor.
    package init(owning number: Int32) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// Gives the number away; the caller closes it.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// A second descriptor of the same open directory; nil with `errno` set.
    package func duplicate() -> Descriptor? {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        return copy < 0 ? nil : Descriptor(owning: copy)
    }
}
