"""Stands before Flink's REST interface and fails on demand: flink-proxy.py TARGET RULE...

Prints its port, then serves. Each rule is `fault METHOD PATTERN`: every request of that method whose
path matches the pattern (a regular expression) meets the fault. Faults: hang, html (a page of somebody
else's), error500 (an error as Flink words it), lost (Flink works, the answer gets lost), renamed (Flink
works under an id of its own, as before 1.15), or the URL of another cluster that answers instead.
Every request is written to standard error, one line each.
"""

import http.client
import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlparse

target = sys.argv[1]
rules = [rule.split(" ") for rule in sys.argv[2:]]
# Ids that were asked for, and those under which Flink works instead.
renamed = {}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def fault(self):
        for fault, method, pattern in rules:
            if method == self.command and re.search(pattern, self.path):
                return fault
        return None

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def forward(self, to, body):
        server = urlparse(to)
        connection = http.client.HTTPConnection(server.hostname, server.port, timeout=30)
        connection.request(self.command, self.path, body, {"Content-Type": "application/json"})
        said = connection.getresponse()
        return said.status, said.getheader("Content-Type", ""), said.read()

    def serve(self):
        print(self.command, self.path, file=sys.stderr, flush=True)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.fault()
        if fault == "hang":
            time.sleep(600)
        elif fault == "html":
            self.answer(200, "text/html", b"<!doctype html><title>Welcome to the proxy</title>")
        elif fault == "error500":
            said = {"errors": ["Internal server error.", "<Exception on server side:\nan error>"]}
            self.answer(500, "application/json", json.dumps(said).encode())
        elif fault == "lost":
            self.forward(target, body)
        elif fault == "renamed":
            asked = json.loads(body)
            asked["triggerId"] = asked["triggerId"][::-1]
            self.forward(target, json.dumps(asked).encode())
        else:
            self.answer(*self.forward(fault or target, body))

    do_GET = do_POST = serve


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
