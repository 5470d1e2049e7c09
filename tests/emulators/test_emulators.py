"""The emulators must refuse what the real services refuse, or tests that pass against them prove nothing.

    python tests/emulators/run.py python -m unittest discover -s tests/emulators
"""

import base64
import hashlib
import json
import os
import socket
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

EMULATORS = json.loads(Path(os.environ["DARKROOM_TEST_EMULATORS"]).read_text())
GCS, AZURE, S3 = EMULATORS["gcs"], EMULATORS["azure"], EMULATORS["s3"]
READ_ONLY = "https://www.googleapis.com/auth/devstorage.read_only"


def ask(url: str, method: str = "GET", **headers) -> tuple[int, bytes]:
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def quoted(photo: dict) -> str:
    return urllib.parse.quote(photo["key"])


class Gcs(unittest.TestCase):
    def bearer(self, key_file="service_account_key_file", **changed) -> str:
        account = json.loads(Path(GCS[key_file]).read_text())
        now = int(time.time())
        claims = {"iss": account["client_email"], "sub": account["client_email"], "scope": READ_ONLY,
                  "iat": now, "exp": now + 3600, **changed}
        header = {"alg": "RS256", "typ": "JWT", "kid": account["private_key_id"]}
        encode = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=")
        text = b".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        key = serialization.load_pem_private_key(account["private_key"].encode(), None)
        return "Bearer " + b".".join([text, encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256()))]).decode()

    def status(self, bearer=None, method="GET", bucket="bucket") -> int:
        return ask(f"{GCS['endpoint']}/{GCS[bucket]}/photo.jpg", method, Authorization=bearer or self.bearer())[0]

    def test_every_key_is_read_byte_for_byte(self):
        for photo in EMULATORS["photos"]:
            with self.subTest(photo["key"]):
                status, body = ask(f"{GCS['endpoint']}/{GCS['bucket']}/{quoted(photo)}", Authorization=self.bearer())
                self.assertEqual((status, hashlib.sha256(body).hexdigest()), (200, photo["sha256"]))

    def test_only_the_readers_own_read_only_bearer_is_taken(self):
        now = int(time.time())
        self.assertEqual(self.status(), 200)
        for name, bearer in {
            "none": "nothing",
            "somebody else's": self.bearer("stranger_key_file"),
            "a wider scope": self.bearer(scope="https://www.googleapis.com/auth/cloud-platform"),
            "two scopes": self.bearer(scope=READ_ONLY + " https://www.googleapis.com/auth/devstorage.read_write"),
            "expired": self.bearer(iat=now - 3600, exp=now - 1),
            "longer than an hour": self.bearer(exp=now + 3700),
            "for somebody else": self.bearer(sub="someone@example.com"),
            "spoilt": self.bearer()[:-8] + "AAAAAAAA",
        }.items():
            with self.subTest(name):
                self.assertEqual(self.status(bearer), 401)

    def test_nothing_but_reading_gets_through(self):
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            self.assertEqual(self.status(method=method), 403)
        self.assertEqual(self.status(method="HEAD"), 200)

    def test_a_bucket_without_permission_and_an_object_that_is_not_there(self):
        self.assertEqual(self.status(bucket="no_access_bucket"), 403)
        self.assertEqual(ask(f"{GCS['endpoint']}/{GCS['bucket']}/no.jpg", Authorization=self.bearer())[0], 404)

    def test_requests_are_remembered(self):
        path = f"/{GCS['bucket']}/remembered-{time.time_ns()}.jpg"
        seen = lambda: json.loads(ask(f"{GCS['seen']}?path={path}")[1])
        self.assertEqual(seen(), [])
        ask(GCS["endpoint"] + path, Authorization=self.bearer(), Range="bytes=0-9")
        ask(GCS["endpoint"] + path, "HEAD")
        self.assertEqual([(s["method"], s["path"], s["status"], s.get("range")) for s in seen()],
                         [("GET", path, 404, "bytes=0-9"), ("HEAD", path, 401, None)])
        self.assertEqual(seen()[1]["refused"], "no bearer")


class Azure(unittest.TestCase):
    def status(self, sas: str, method="GET", path="photos/photo.jpg") -> int:
        return ask(f"{AZURE['endpoint']}/{path}?{AZURE['sas'][sas]}", method, Content_Length="0")[0]

    def test_every_key_is_read_byte_for_byte(self):
        for photo in EMULATORS["photos"]:
            for sas in ("container_read", "account_read"):
                with self.subTest(photo["key"], sas=sas):
                    url = f"{AZURE['endpoint']}/photos/{quoted(photo)}?{AZURE['sas'][sas]}"
                    status, body = ask(url)
                    self.assertEqual((status, hashlib.sha256(body).hexdigest()), (200, photo["sha256"]))

    def test_signatures_that_are_no_good(self):
        for sas in ("expired", "not_yet_valid", "write_only", "wrong_signature", "untouched_read"):
            with self.subTest(sas):
                self.assertEqual(self.status(sas), 403)
        self.assertEqual(ask(f"{AZURE['endpoint']}/photos/photo.jpg")[0], 403)

    def test_a_blob_signature_opens_one_blob(self):
        self.assertEqual(self.status("blob_read"), 200)
        self.assertEqual(self.status("blob_read", path="photos/photo.png"), 403)

    def test_reading_rights_do_not_write(self):
        for sas in ("container_read", "account_read"):
            self.assertEqual(self.status(sas, "DELETE"), 403)

    def test_absence_is_told_from_refusal(self):
        self.assertEqual(self.status("container_read", path="photos/no.jpg"), 404)
        self.assertEqual(self.status("expires_soon"), 200)


class S3Emulator(unittest.TestCase):
    def client(self, secret=S3["secret_key"], access=S3["access_key"]):
        return boto3.client("s3", endpoint_url=S3["endpoint"], region_name=S3["region"], aws_access_key_id=access,
                            aws_secret_access_key=secret, config=Config(s3={"addressing_style": "path"}))

    def refusal(self, call, **arguments) -> str:
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        return caught.exception.response["Error"]["Code"]

    def test_every_key_is_read_byte_for_byte(self):
        s3 = self.client()
        for photo in EMULATORS["photos"]:
            with self.subTest(photo["key"]):
                body = s3.get_object(Bucket=S3["bucket"], Key=photo["key"])["Body"].read()
                self.assertEqual(hashlib.sha256(body).hexdigest(), photo["sha256"])

    def test_signatures_and_permissions_are_checked(self):
        photo = {"Bucket": S3["bucket"], "Key": "photo.jpg"}
        self.assertEqual(self.refusal(self.client(secret="wrong").get_object, **photo), "SignatureDoesNotMatch")
        self.assertEqual(self.refusal(self.client(access="AKIAWRONG").get_object, **photo), "InvalidAccessKeyId")
        self.assertEqual(ask(f"{S3['endpoint']}/{S3['bucket']}/photo.jpg")[0], 403)
        s3 = self.client()
        self.assertEqual(self.refusal(s3.put_object, **photo, Body=b""), "AccessDenied")
        self.assertEqual(self.refusal(s3.delete_object, **photo), "AccessDenied")
        self.assertEqual(self.refusal(s3.list_objects_v2, Bucket=S3["bucket"]), "AccessDenied")
        self.assertEqual(self.refusal(s3.get_object, Bucket=S3["no_access_bucket"], Key="photo.jpg"), "AccessDenied")
        self.assertEqual(self.refusal(s3.get_object, Bucket=S3["bucket"], Key="no.jpg"), "NoSuchKey")


class Postgres(unittest.TestCase):
    def test_it_listens(self):
        address = urllib.parse.urlsplit(EMULATORS["postgres"]["url"])
        socket.create_connection((address.hostname, address.port), 2).close()


if __name__ == "__main__":
    unittest.main()
