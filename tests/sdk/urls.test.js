// URLs that the SDK builds and signs.

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, mock, test } from "node:test";
import { client, delivery, get, layPictures, prepare } from "./darkroom.js";

const shapes = JSON.parse(readFileSync(new URL("shapes.json", import.meta.url)));
const prefix = "sdk-node";
const helper = client().helper;
let restore;

before(async () => {
  layPictures(shapes);
  restore = await prepare(prefix);
});
after(() => restore());

for (const [index, shape] of shapes.entries()) {
  test(`shape ${index}: ${JSON.stringify(shape)}`, async () => {
    // With the prefix as part of the URL endpoint, and as part of the path; and where signatures are optional.
    for (const [urlEndpoint, src] of [
      [`${delivery}/${prefix}`, shape.src],
      [`${delivery}/${prefix}/`, shape.src],
      [delivery, shape.src],
    ]) {
      const url = helper.buildSrc({ ...shape, src, urlEndpoint, signed: true });
      const answer = await get(url);
      assert.equal(answer.status, 200, `${url}: ${answer.code}`);
      for (const tampered of [
        url.replace(/ik-s=(.)/, (_, digit) => `ik-s=${digit === "0" ? "1" : "0"}`),
        url.replace("ik-t=", "ik-t=1"),
        url.replace(/([?&])ik-s=/, "$1x=1&ik-s="),
        url.replace(".jpg", ".jpeg"),
      ]) {
        if (tampered !== url) assert.deepEqual([(await get(tampered)).status, tampered], [401, tampered]);
      }
    }
    const unsigned = helper.buildSrc({ ...shape, expiresIn: undefined, urlEndpoint: `${delivery}/${prefix}` });
    assert.equal((await get(unsigned)).code, "SIGNATURE_MISSING");
  });
}

test("a prefix that is part of the path is part of the signed text", async () => {
  const url = helper.buildSrc({ src: `${prefix}/photo.jpg`, urlEndpoint: delivery, signed: true });
  assert.equal((await get(url)).status, 200);
});

test("an expired signature is told from a wrong one", async () => {
  mock.timers.enable({ apis: ["Date"], now: Date.now() - 7_200_000 });
  const url = helper.buildSrc({ src: "photo.jpg", urlEndpoint: delivery, expiresIn: 3600 });
  mock.timers.reset();
  assert.equal((await get(url)).code, "SIGNATURE_EXPIRED");
  const other = client("private_another").helper.buildSrc({ src: "photo.jpg", urlEndpoint: delivery, signed: true });
  assert.equal((await get(other)).code, "SIGNATURE_INVALID");
});
