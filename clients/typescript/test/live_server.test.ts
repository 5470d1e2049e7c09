// The client against a running server, which must share a disk with this test and let it register a folder.
//
// DARKROOM_GRPC_ADDR is host:port, DARKROOM_PRIVATE_KEY an access key, DARKROOM_TEST_PHOTOS a folder with photo.jpg.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  Client,
  DarkroomError,
  type Image,
  type OriginPath,
  OriginPathSchema,
  OutputFormat,
  type Rendition,
} from "../src/index.js";

function setting(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

const address = `http://${setting("DARKROOM_GRPC_ADDR")}`;
const photos = resolve(setting("DARKROOM_TEST_PHOTOS"));
const bytes = new Uint8Array(readFileSync(`${photos}/photo.jpg`));
const client = new Client(address, setting("DARKROOM_PRIVATE_KEY"));
let photo: OriginPath;
let absent: OriginPath;

before(async () => {
  const origin = await client.origins.createOrigin({
    origin: {
      displayName: `TypeScript ${randomUUID().slice(0, 8)}`,
      location: { case: "folder", value: { path: photos } },
    },
  });
  photo = create(OriginPathSchema, { origin: origin.name, path: "photo.jpg" });
  absent = create(OriginPathSchema, { origin: origin.name, path: "no-such.jpg" });
});

after(() => client.close());

test("a source image arrives byte for byte", async () => {
  const image = await client.fetchImage(photo);
  assert.deepEqual(image.data, bytes);
  assert.equal(image.facts.mediaType, "image/jpeg");
  assert.equal(image.facts.sizeBytes, BigInt(bytes.length));
});

test("an etag that is still right saves the data", async () => {
  const { facts } = await client.fetchImage(photo);
  const again = await client.fetchImage(photo, { ifNoneMatch: [facts.etag] });
  assert.equal(again.facts.notModified, true);
  assert.equal(again.data.length, 0);
});

test("a rendition by text and by type", async () => {
  const typed = { transformations: [{ width: 120, height: 80, format: OutputFormat.PNG }] };
  for (const steps of ["w-120,h-80,f-png", typed]) {
    const image = await client.transformImage(photo, steps);
    assert.equal(image.facts.mediaType, "image/png");
    assert.deepEqual([image.facts.widthPx, image.facts.heightPx], [120, 80]);
    const header = new DataView(image.data.buffer); // the PNG's own
    assert.deepEqual([header.getUint32(16), header.getUint32(20)], [120, 80]);
    assert.equal(image.facts.sizeBytes, BigInt(image.data.length));
  }
});

test("a layer by text and by type", async () => {
  const typed = await client.transformImage(photo, {
    transformations: [
      {
        width: 120,
        layers: [
          {
            content: { case: "canvas", value: { color: "FF0000", widthExpression: "bw_div_2", height: 40 } },
            position: { x: -0, y: 10 },
            pipeline: { transformations: [{ blur: 2 }] },
          },
        ],
        format: OutputFormat.PNG,
      },
    ],
  });
  const text = "w-120,l-image,i-ik_canvas,bg-FF0000,w-bw_div_2,h-40,lx-N0,ly-10:bl-2,l-end,f-png";
  assert.equal(typed.facts.etag, (await client.transformImage(photo, text)).facts.etag);
  assert.notEqual(typed.facts.etag, (await client.transformImage(photo, "w-120,f-png")).facts.etag);
});

test("a rendition of bytes", async () => {
  const image = await client.transformImage(bytes, "w-64,f-webp");
  assert.equal(image.facts.mediaType, "image/webp");
  assert.equal(Buffer.from(image.data.subarray(8, 12)).toString(), "WEBP");
});

test("many renditions of one image", async () => {
  const steps = ["w-120,f-png", "w-abc", "w-64,f-webp"];
  const made = new Map<number, Image<Rendition> | DarkroomError>();
  for await (const [index, image] of client.transformImages(photo, steps)) {
    made.set(index, image);
  }
  assert.equal(made.size, 3);
  for (const index of [0, 2]) {
    const image = made.get(index);
    assert.ok(image !== undefined && !(image instanceof DarkroomError));
    assert.deepEqual(image.data, (await client.transformImage(photo, steps[index])).data);
  }
  const error = made.get(1);
  assert.ok(error instanceof DarkroomError);
  assert.deepEqual([error.code, error.reason, error.metadata["parameter"]], [Code.InvalidArgument, "TRANSFORMATION_INVALID", "w"]);
  for await (const [index, image] of client.transformImages(photo, [{ transformations: [{ width: 30 }] }])) {
    assert.ok(index === 0 && !(image instanceof DarkroomError) && image.facts.widthPx === 30);
  }
});

test("metadata", async () => {
  const facts = await client.imageMetadata(photo);
  assert.deepEqual([facts.widthPx, facts.heightPx, facts.mediaType], [320, 240, "image/jpeg"]);
});

test("errors tell their reason", async () => {
  await assert.rejects(client.fetchImage(absent), (error) => {
    assert.ok(error instanceof DarkroomError);
    assert.equal(error.code, Code.NotFound);
    assert.equal(error.reason, "IMAGE_NOT_FOUND");
    return true;
  });
  await assert.rejects(client.transformImage(photo, "w-abc"), (error) => {
    assert.ok(error instanceof DarkroomError);
    assert.equal(error.code, Code.InvalidArgument);
    assert.equal(error.reason, "TRANSFORMATION_INVALID");
    assert.equal(error.metadata["parameter"], "w");
    return true;
  });
});

test("a wrong key is refused", async () => {
  const stranger = new Client(address, "wrong");
  await assert.rejects(stranger.origins.listOrigins({}), (error) => {
    assert.ok(error instanceof DarkroomError);
    assert.equal(error.code, Code.Unauthenticated);
    assert.equal(error.reason, "ACCESS_KEY_REQUIRED");
    return true;
  });
  stranger.close();
});

test("nobody listens", async () => {
  const lost = new Client("http://127.0.0.1:1", "key");
  await assert.rejects(lost.transformImage("photo.jpg", "w-1"), (error) => {
    assert.ok(error instanceof DarkroomError);
    assert.equal(error.code, Code.Unavailable);
    assert.equal(error.reason, "");
    return true;
  });
  lost.close();
});
