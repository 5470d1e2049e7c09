"""An HTTP front before an emulator. It passes requests on byte for byte (also `Host`, which signatures cover),
and remembers them, so that a test can ask what Darkroom did:

    GET /_seen               all requests so far, as JSON, oldest first
    GET /_seen?path=/photos  those whose path starts so
"""

import http.client
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding"}


class RecordingFront(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream_port: int, refuse=None):
        """`refuse(method, path, headers)` returns None, or the status, body and reason of a refusal."""
        super().__init__(("127.0.0.1", 0), _Request)
        self.upstream_port = upstream_port
        self.refuse = refuse or (lambda *_: None)
        self.seen: list[dict] = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def record(self, **request) -> None:
        with self.lock:
            self.seen.append(request)


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RecordingFront

    def answer(self):
        # Not self.path: that one has leading slashes folded.
        target = self.requestline.split(" ")[1]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if target.split("?")[0] == "/_seen":
            return self.tell(target)

        seen = {"method": self.command, "path": target}
        for name in ("Range", "If-None-Match", "User-Agent"):
            if name in self.headers:
                seen[name.lower()] = self.headers[name]
        if refusal := self.server.refuse(self.command, target, self.headers):
            status, text, reason = refusal
            self.server.record(**seen, status=status, refused=reason)
            return self.send(status, [("Content-Type", "application/xml")], text.encode())

        # Recorded before it is passed on: whoever got an answer finds the request in the list.
        seen["status"] = None
        self.server.record(**seen)
        entry = self.server.seen[-1]
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream_port, timeout=60)
        try:
            upstream.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in OF_ONE_CONNECTION:
                    upstream.putheader(name, value)
            upstream.endheaders(body or None)
            response = upstream.getresponse()
            entry["status"] = response.status
            self.send(response.status, response.getheaders(), response.read())
        finally:
            upstream.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = answer

    def tell(self, target: str) -> None:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)
        start = query.get("path", [""])[0]
        with self.server.lock:
            # Clients differ in what they escape: `-` is as good as `%2D`.
            found = [request for request in self.server.seen
                     if urllib.parse.unquote(request["path"]).startswith(start)]
        self.send(200, [("Content-Type", "application/json")], json.dumps(found).encode())

    def send(self, status: int, headers: list, body: bytes) -> None:
        bodiless = self.command == "HEAD" or status in (204, 304)
        self.send_response_only(status)
        for name, value in headers:
            # The answer to a HEAD keeps the length of what was not sent; the rest is framed anew.
            if name.lower() in OF_ONE_CONNECTION or (name.lower() == "content-length" and not bodiless):
                continue
            self.send_header(name, value)
        if not bodiless:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(body)

    def log_message(self, *_):
        pass
