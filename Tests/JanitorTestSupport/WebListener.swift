// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import Synchronization

/// A web server on 127.0.0.1 that writes down what it is asked, and answers each with one status.
public final class WebListener: Sendable {
    /// One request.
    public struct Request: Hashable, Sendable {
        /// `POST /path`.
        public let line: String
        /// Names in lower case.
        public let headers: [String: String]
        /// The body, as text.
        public let body: String
    }

    /// The port.
    public let port: UInt16
    private let socket: Int32
    private let seen = Mutex<[Request]>([])

    /// Starts it.
    ///
    /// - Parameter status: The status of every answer; nil for a server that never answers.
    /// - Throws: Where no socket is to be had.
    public init(answering status: Int? = 200) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard socket >= 0 else { throw TestSystemError("socket", errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let problem = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, address, &length) == 0 ? 0 : errno
            }
        }
        guard problem == 0 else { throw TestSystemError("listen", problem) }
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread { [weak self] in
            while true {
                let connection = accept(socket, nil, nil)
                if connection < 0 { return }
                guard let self else {
                    close(connection)
                    return
                }
                self.serve(connection, status)
            }
        }
        thread.start()
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// What was asked until now, in order.
    public var requests: [Request] { seen.withLock { $0 } }

    private func serve(_ connection: Int32, _ status: Int?) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            if let request = Self.request(bytes) {
                seen.withLock { $0.append(request) }
                break
            }
            let count = read(connection, &buffer, buffer.count)
            if count <= 0 { break }
            bytes += buffer.prefix(count)
        }
        if let status {
            let answer = "HTTP/1.1 \(status) Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            _ = answer.withCString { write(connection, $0, strlen($0)) }
        } else {
            // Until the other side gives up.
            while read(connection, &buffer, buffer.count) > 0 {}
        }
        close(connection)
    }

    /// The request that stands in these bytes; nil while it is not whole.
    private static func request(_ bytes: [UInt8]) -> Request? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            headers[parts[0].lowercased()] = parts.last.map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        let body = String(text[end.upperBound...])
        guard body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 else { return nil }
        let line = lines[0].split(separator: " ").prefix(2).joined(separator: " ")
        return Request(line: line, headers: headers, body: body)
    }
}
