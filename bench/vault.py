"""A Vault of one secret on a loopback port: GET /20190301/secretbundles/{id}, for requests signed with one API key.

Run by the suite as: vault.py SECRET_ID SECRET_FILE PUBLIC_KEY_FILE KEY_ID. The first line it prints is its port.
"""

import base64
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

SECRET_ID, SECRET_FILE, PUBLIC_KEY_FILE, KEY_ID = sys.argv[1:]
CONTENT = base64.b64encode(Path(SECRET_FILE).read_bytes()).decode()
PUBLIC_KEY = serialization.load_pem_public_key(Path(PUBLIC_KEY_FILE).read_bytes())
SIGNED = {"(request-target)", "host", "date"}


def refusal(target: str, headers) -> str | None:
    """Why the request is refused, if it is: the rules of Oracle's request signing for GET."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', headers.get("authorization", "")))
    names = given.get("headers", "").lower().split()
    if given.get("keyId") != KEY_ID or given.get("algorithm") != "rsa-sha256":
        return "unknown key or algorithm"
    if not SIGNED <= {name.replace("x-date", "date") for name in names}:
        return f"must be signed: {', '.join(sorted(SIGNED))}"
    if abs(datetime.now(UTC) - parsedate_to_datetime(headers.get("x-date") or headers["date"])) > timedelta(minutes=5):
        return "the clock is off by more than five minutes"
    values = {"(request-target)": f"get {target}"}
    text = "\n".join(f"{name}: {values.get(name) or headers.get(name, '')}" for name in names)
    try:
        PUBLIC_KEY.verify(base64.b64decode(given["signature"]), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, KeyError, ValueError):
        return "the signature does not match"
    return None


class Vault(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        why = refusal(self.path, self.headers)
        if why:
            self.answer(401, {"code": "NotAuthenticated", "message": why})
        elif self.path.partition("?")[0] != f"/20190301/secretbundles/{SECRET_ID}":
            self.answer(404, {"code": "NotAuthorizedOrNotFound", "message": self.path})
        else:
            content = {"contentType": "BASE64", "content": CONTENT}
            self.answer(
                200,
                {"secretId": SECRET_ID, "versionNumber": 1, "stages": ["CURRENT"], "secretBundleContent": content},
            )

    def answer(self, status: int, document: dict):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("opc-request-id", "bench")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        print(format % args, file=sys.stderr)


with ThreadingHTTPServer(("127.0.0.1", 0), Vault) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
