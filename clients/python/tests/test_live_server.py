"""The client against a running server, which must share a disk with this test and let it register a folder.

DARKROOM_GRPC_ADDR is host:port, DARKROOM_PRIVATE_KEY an access key, DARKROOM_TEST_PHOTOS a folder with photo.jpg."""

import os
import struct
import unittest
import uuid
from pathlib import Path

import grpc

import darkroom
from darkroom.v1 import image_service_pb2, layer_pb2, origin_service_pb2, pipeline_pb2

ADDRESS = f"http://{os.environ['DARKROOM_GRPC_ADDR']}"
KEY = os.environ["DARKROOM_PRIVATE_KEY"]
PHOTOS = Path(os.environ["DARKROOM_TEST_PHOTOS"]).resolve()


class LiveServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = darkroom.Client(ADDRESS, KEY)
        folder = origin_service_pb2.FolderLocation(path=str(PHOTOS))
        origin = origin_service_pb2.Origin(display_name=f"Python {uuid.uuid4().hex[:8]}", folder=folder)
        cls.origin = cls.client.origins.CreateOrigin(origin_service_pb2.CreateOriginRequest(origin=origin)).name
        cls.photo = image_service_pb2.OriginPath(origin=cls.origin, path="photo.jpg")

    @classmethod
    def tearDownClass(cls):
        cls.client.close()

    def test_a_source_image_arrives_byte_for_byte(self):
        image = self.client.fetch_image(self.photo)
        self.assertEqual(image.data, (PHOTOS / "photo.jpg").read_bytes())
        self.assertEqual((image.facts.media_type, image.facts.size_bytes), ("image/jpeg", len(image.data)))

    def test_an_etag_that_is_still_right_saves_the_data(self):
        etag = self.client.fetch_image(self.photo).facts.etag
        again = self.client.fetch_image(self.photo, if_none_match=[etag])
        self.assertEqual((again.facts.not_modified, again.data), (True, b""))

    def test_a_rendition_by_text_and_by_type(self):
        step = pipeline_pb2.Transformation(width=120, height=80, format=pipeline_pb2.OUTPUT_FORMAT_PNG)
        for steps in ("w-120,h-80,f-png", pipeline_pb2.Pipeline(transformations=[step])):
            image = self.client.transform_image(self.photo, steps)
            self.assertEqual(image.facts.media_type, "image/png")
            self.assertEqual((image.facts.width_px, image.facts.height_px), (120, 80))
            self.assertEqual(struct.unpack(">II", image.data[16:24]), (120, 80))  # the PNG's own header
            self.assertEqual(image.facts.size_bytes, len(image.data))

    def test_a_layer_by_text_and_by_type(self):
        layer = pipeline_pb2.Layer(
            canvas=layer_pb2.CanvasLayer(color="FF0000", width_expression="bw_div_2", height=40),
            position=layer_pb2.LayerPosition(x=-0.0, y=10),
            pipeline=pipeline_pb2.Pipeline(transformations=[pipeline_pb2.Transformation(blur=2)]),
        )
        step = pipeline_pb2.Transformation(width=120, layers=[layer], format=pipeline_pb2.OUTPUT_FORMAT_PNG)
        typed = self.client.transform_image(self.photo, pipeline_pb2.Pipeline(transformations=[step]))
        text = "w-120,l-image,i-ik_canvas,bg-FF0000,w-bw_div_2,h-40,lx-N0,ly-10:bl-2,l-end,f-png"
        self.assertEqual(typed.facts.etag, self.client.transform_image(self.photo, text).facts.etag)
        self.assertNotEqual(typed.facts.etag, self.client.transform_image(self.photo, "w-120,f-png").facts.etag)

    def test_a_rendition_of_bytes(self):
        image = self.client.transform_image((PHOTOS / "photo.jpg").read_bytes(), "w-64,f-webp")
        self.assertEqual((image.facts.media_type, image.data[8:12]), ("image/webp", b"WEBP"))

    def test_many_renditions_of_one_image(self):
        steps = ["w-120,f-png", "w-abc", "w-64,f-webp", "w-120,f-png"]
        made = dict(self.client.transform_images(self.photo, steps))
        self.assertEqual(sorted(made), [0, 1, 2, 3])
        self.assertEqual((made[1].code, made[1].reason, made[1].metadata["parameter"]),
                         (grpc.StatusCode.INVALID_ARGUMENT, "TRANSFORMATION_INVALID", "w"))
        for index in (0, 2, 3):
            self.assertEqual(made[index].data, self.client.transform_image(self.photo, steps[index]).data)
        typed = [pipeline_pb2.Pipeline(transformations=[pipeline_pb2.Transformation(width=width)]) for width in (30, 40)]
        images = dict(self.client.transform_images(self.photo, typed, if_none_match=[made[0].facts.etag]))
        self.assertEqual([images[index].facts.width_px for index in (0, 1)], [30, 40])
        again = dict(self.client.transform_images(self.photo, steps[:1], if_none_match=[made[0].facts.etag]))
        self.assertEqual((again[0].facts.not_modified, again[0].data), (True, b""))

    def test_metadata(self):
        facts = self.client.image_metadata(self.photo)
        self.assertEqual((facts.width_px, facts.height_px, facts.media_type), (320, 240, "image/jpeg"))

    def test_errors_tell_their_reason(self):
        with self.assertRaises(darkroom.DarkroomError) as absent:
            self.client.fetch_image(image_service_pb2.OriginPath(origin=self.origin, path="no-such.jpg"))
        self.assertEqual((absent.exception.code, absent.exception.reason),
                         (grpc.StatusCode.NOT_FOUND, "IMAGE_NOT_FOUND"))
        with self.assertRaises(darkroom.DarkroomError) as wrong:
            self.client.transform_image(self.photo, "w-abc")
        self.assertEqual((wrong.exception.code, wrong.exception.reason, wrong.exception.metadata["parameter"]),
                         (grpc.StatusCode.INVALID_ARGUMENT, "TRANSFORMATION_INVALID", "w"))

    def test_a_wrong_key_is_refused(self):
        with darkroom.Client(ADDRESS, "wrong") as stranger, self.assertRaises(darkroom.DarkroomError) as refused:
            stranger.origins.ListOrigins(origin_service_pb2.ListOriginsRequest())
        self.assertEqual((refused.exception.code, refused.exception.reason),
                         (grpc.StatusCode.UNAUTHENTICATED, "ACCESS_KEY_REQUIRED"))


class WithoutServer(unittest.TestCase):
    def test_nobody_listens(self):
        with darkroom.Client("http://127.0.0.1:1", "key") as client, self.assertRaises(darkroom.DarkroomError) as error:
            client.transform_image("photo.jpg", "w-1")
        self.assertEqual((error.exception.code, error.exception.reason), (grpc.StatusCode.UNAVAILABLE, ""))

    def test_an_address_needs_a_scheme(self):
        with self.assertRaisesRegex(ValueError, "http://"):
            darkroom.Client("127.0.0.1:9090", "key")


if __name__ == "__main__":
    unittest.main()
