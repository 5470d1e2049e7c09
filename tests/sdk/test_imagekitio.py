"""ImageKit's SDK for Python against Darkroom: the URLs that it signs, and the resources that it manages."""

import json
import os
import shutil
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from unittest import mock

from imagekitio import ConflictError, ImageKit, NotFoundError

DELIVERY = os.environ["DARKROOM_DELIVERY_ROOT"]
PHOTOS = Path(os.environ["DARKROOM_TEST_PHOTOS"])
SHAPES = json.loads(Path(__file__).with_name("shapes.json").read_text())
PREFIX = "sdk-python"


def client(key: str = os.environ["DARKROOM_PRIVATE_KEY"]) -> ImageKit:
    return ImageKit(private_key=key, base_url=os.environ["DARKROOM_ADMIN_URL"], max_retries=0)


def sign(shape: dict, endpoint: str, key: str | None = None) -> str:
    return (client(key) if key else client()).helper.build_url(
        src=shape["src"], url_endpoint=endpoint, transformation=shape.get("transformation"),
        transformation_position=shape.get("transformationPosition", "query"),
        query_parameters=shape.get("queryParameters", {}), signed=True, expires_in=shape.get("expiresIn"))


def get(url: str) -> tuple[int, str]:
    """Status, and the code of `ik-error`."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("ik-error", "").split(" ")[0]


class SignedUrls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for shape in SHAPES:
            path = shape["src"].lstrip("/").removesuffix("/ik-thumbnail.jpg")
            if path != "photo.jpg" and not path.startswith("ik-seo/"):
                (PHOTOS / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(PHOTOS / "photo.jpg", PHOTOS / path)
        api = client()
        origin = api.accounts.origins.list()[0]
        named = api.named_transformations.create(name="sdk_small", transformation="w-80,h-60")
        cls.addClassCleanup(api.named_transformations.delete, named.id)
        endpoint = api.accounts.url_endpoints.create(
            description="Signed URLs of the SDK for Python", url_prefix=PREFIX, origins=[origin.id],
            extra_body={"restrictUnsigned": True})
        cls.addClassCleanup(api.accounts.url_endpoints.delete, endpoint.id)

    def test_signed_urls_are_delivered_and_changed_ones_are_not(self):
        for shape in SHAPES:
            for endpoint in (f"{DELIVERY}/{PREFIX}", f"{DELIVERY}/{PREFIX}/", DELIVERY):
                url = sign(shape, endpoint)
                with self.subTest(url):
                    status, code = get(url)
                    self.assertEqual((status, code), (200, ""))
                    for changed in (url[:-1] + ("1" if url.endswith("0") else "0"), url + "&x=1",
                                    url.replace(".jpg", ".jpeg")):
                        self.assertEqual(get(changed)[0], 401, changed)

    def test_an_expired_signature_and_one_of_another_key(self):
        with mock.patch("time.time", return_value=time.time() - 7200):
            url = sign({"src": "photo.jpg", "expiresIn": 3600}, DELIVERY)
        self.assertEqual(get(url), (401, "SIGNATURE_EXPIRED"))
        url = sign({"src": "photo.jpg"}, DELIVERY, key="private_another")
        self.assertEqual(get(url), (401, "SIGNATURE_INVALID"))


class NamedTransformations(unittest.TestCase):
    def test_they_come_and_go(self):
        named = client().named_transformations
        made = named.create(name="sdk_python", transformation="w-20", enabled=False)
        self.assertEqual((made.name, made.transformation, made.enabled), ("sdk_python", "w-20", False))
        self.assertEqual(named.get(made.id), made)
        self.assertIn(made, named.list())
        self.assertTrue(named.update(made.id, enabled=True).enabled)
        self.assertEqual(get(f"{DELIVERY}/tr:n-sdk_python/photo.jpg")[0], 200)
        with self.assertRaises(ConflictError):
            named.create(name="sdk_python", transformation="w-1")
        named.delete(made.id)
        with self.assertRaises(NotFoundError):
            named.get(made.id)


if __name__ == "__main__":
    unittest.main()
