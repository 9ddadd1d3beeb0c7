"""Stands before an S3 server and fails on demand: s3-proxy.py TARGET RULE...

Prints its port, then serves until its standard input ends. Each rule is `fault:operation:from:count`:
the `from`-th request (1 for the first) of that operation and `count` - 1 more (0: all) meet the fault.
Operations: list, page (of a listing, after the first), delete, get, put, head, single, any.
Faults: slowdown, error500, reset, hang, half (half of the body), expired, md5 (as stores do that want an MD5), silent (the server works, the answer gets lost),
errors (each key of a batch fails inside a 200), die (the proxy ends itself).
`facts=FILE` among the rules: listings tell the lengths and times that the file has of objects, as JSON
{"ETAG KEY": [bytes, milliseconds since 1970]}: a store takes the time at which it got an object. It is read
again whenever it was replaced. Delete markers are 30 days older then than they are.
Every request is written to standard error, one line each.
"""

import datetime
import functools
import html
import http.client
import json
import os
import re
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlparse

target = urlparse(sys.argv[1])
rules = [rule.split(":") for rule in sys.argv[2:] if not rule.startswith("facts=")]
facts_file = next((each.removeprefix("facts=") for each in sys.argv[2:] if each.startswith("facts=")), None)
counts = {}
lock = threading.Lock()


def document(code, message):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    ).encode()


ERRORS = {
    "slowdown": (503, "SlowDown", "Please reduce your request rate."),
    "error500": (500, "InternalError", "We encountered an internal error."),
    "expired": (400, "ExpiredToken", "The provided token has expired."),
    "md5": (400, "MissingContentMD5", "Missing required header: Content-Md5."),
}


@functools.lru_cache(1)
def facts(inode, changed):
    with open(facts_file) as file:
        return json.load(file)


def dated(text, milliseconds):
    zone = datetime.timezone.utc
    time = datetime.datetime.fromtimestamp(milliseconds // 1000, zone).strftime("%Y-%m-%dT%H:%M:%S")
    time = f"<LastModified>{time}.{milliseconds % 1000:03}Z</LastModified>"
    return re.sub("<LastModified>.*?</LastModified>", time, text).encode()


def with_facts(match):
    """One entry of a listing with its length and time as the facts have them."""
    text = match.group(0).decode()
    if match.group(1) == b"DeleteMarker":
        time = re.search("<LastModified>(.*?)</LastModified>", text).group(1).replace("Z", "+00:00")
        moment = datetime.datetime.fromisoformat(time) - datetime.timedelta(days=30)
        return dated(text, int(moment.timestamp() * 1000))
    key = unquote(html.unescape(re.search("<Key>(.*?)</Key>", text, re.S).group(1)))
    tag = html.unescape(re.search("<ETag>(.*?)</ETag>", text, re.S).group(1)).strip('"')
    status = os.stat(facts_file)
    known = facts(status.st_ino, status.st_mtime_ns).get(f"{tag} {key}")
    if known is None:
        return match.group(0)
    size, milliseconds = known
    return dated(re.sub("<Size>.*?</Size>", f"<Size>{size}</Size>", text), milliseconds)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def operation(self):
        query = parse_qs(urlparse(self.path).query, keep_blank_values=True)
        if self.command == "POST" and "delete" in query:
            return "delete"
        if self.command == "GET" and ("list-type" in query or "versions" in query):
            return "list"
        return {"GET": "get", "PUT": "put", "HEAD": "head", "DELETE": "single"}.get(
            self.command, "other"
        )

    def fault(self, operation):
        names = [operation, "any"]
        if operation == "list" and "continuation-token=" in self.path:
            names.append("page")
        with lock:
            for name in names:
                counts[name] = counts.get(name, 0) + 1
            print(operation, self.command, self.path, file=sys.stderr, flush=True)
            for fault, wanted, first, count in rules:
                number = counts.get(wanted, 0)
                if wanted in names and number >= int(first):
                    if int(count) == 0 or number < int(first) + int(count):
                        return fault
        return None

    def answer(self, status, headers, body, announced=None):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        length = len(body) if announced is None else announced
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def forward(self, body):
        connection = http.client.HTTPConnection(target.hostname, target.port)
        connection.putrequest(
            self.command, self.path, skip_host=True, skip_accept_encoding=True
        )
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "expect"):
                connection.putheader(name, value)
        connection.endheaders(body or None)
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        raise NotImplementedError("chunked requests are not forwarded")

    def serve(self):
        body = self.body()
        operation = self.operation()
        fault = self.fault(operation)
        if fault in ERRORS:
            status, code, message = ERRORS[fault]
            return self.answer(status, [], document(code, message))
        if fault == "die":
            os._exit(0)
        if fault == "hang":
            return time.sleep(3600)
        if fault == "reset":
            return self.cut()
        if fault == "errors":
            return self.fail_some(body)
        status, headers, answer = self.forward(body)
        if operation == "list" and facts_file:
            answer = re.sub(rb"<(Contents|Version|DeleteMarker)>.*?</\1>", with_facts, answer, flags=re.S)
        if fault == "silent":
            return self.cut()
        if self.command == "HEAD":
            length = dict((n.lower(), v) for n, v in headers).get("content-length", "0")
            return self.answer(status, headers, b"", int(length))
        if fault == "half":
            self.answer(status, headers, answer[: len(answer) // 2], len(answer))
            return self.cut()
        return self.answer(status, headers, answer)

    def cut(self):
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.close_connection = True
        self.connection.close()

    def fail_some(self, body):
        keys = re.findall(rb"<Key>(.*?)</Key>", body, re.S)
        failed = "".join(
            f"<Error><Key>{key.decode()}</Key><Code>AccessDenied</Code>"
            "<Message>Access Denied</Message></Error>"
            for key in keys
        )
        return self.answer(
            200,
            [("Content-Type", "application/xml")],
            f'<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult>{failed}</DeleteResult>'.encode(),
        )

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError, ValueError, OSError):
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
