// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc

/// The C library's text for an error number, in lower case as our own messages are.
///
/// - Parameter number: A value of `errno`.
/// - Returns: For example `no such file or directory`.
public func systemMessage(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: text, as: UTF8.self).lowercased()
}

/// The cause of one of Foundation's errors: in the C library's words where it has its number.
///
/// - Parameter error: What a call to read or write a file threw.
/// - Returns: For example `no space left on device`.
package func systemMessage(of error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error ?? error
    let number = (cause as? POSIXError)?.code.rawValue ?? Int32((cause as NSError).code)
    let isNumbered = cause is POSIXError || (cause as NSError).domain == NSPOSIXErrorDomain
    return isNumbered ? systemMessage(number) : "\(cause)"
}
