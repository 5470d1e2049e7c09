// The pictures of pictures.json, as the SDK for Node.js asks for them. What they show is told by test_pictures.py.

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { supportedTransforms } from "@imagekit/nodejs/lib/transformation-utils";
import { client, delivery, get, prepare } from "./darkroom.js";
import { BARE, ELSEWHERE, UNSUPPORTED } from "./options.js";

const pictures = JSON.parse(readFileSync(new URL("pictures.json", import.meta.url)));
const { helper } = client();
let restore;

before(async () => {
  restore = await prepare("sdk-node-pictures");
});
after(() => restore());

const built = (src, transformation, transformationPosition = "query") =>
  helper.buildSrc({ src, urlEndpoint: delivery, transformation, transformationPosition });

for (const [src, transformation, facts] of pictures) {
  test(`${src}: ${JSON.stringify(transformation)}`, async () => {
    const found = [];
    for (const position of facts.position ? [facts.position] : ["query", "path"]) {
      const url = built(src, transformation, position);
      const answer = await get(url);
      assert.deepEqual([answer.status, answer.code], [200, ""], url);
      assert.match(answer.type, /^image\//, url);
      if (facts.format) assert.equal(answer.type, `image/${facts.format.toLowerCase()}`, url);
      found.push(answer.etag);
    }
    assert.equal(new Set(found).size, 1, "both positions mean the same");
  });
}

for (const transformation of UNSUPPORTED) {
  test(`refused: ${JSON.stringify(transformation)}`, async () => {
    for (const position of ["query", "path"]) {
      const url = built("quarters.png", transformation, position);
      const { status, code } = await get(url);
      assert.deepEqual([status, code], [400, "UNSUPPORTED"], url);
    }
  });
}

test("options that the SDK leaves out change nothing", () => {
  for (const transformation of BARE) assert.equal(built("quarters.png", transformation), built("quarters.png", []));
});

test("every option of the SDK is in one of the lists", () => {
  const listed = new Set(ELSEWHERE);
  const list = (steps) => {
    for (const step of steps) {
      for (const [option, value] of Object.entries(step)) {
        listed.add(option);
        if (option === "overlay") list(value.transformation ?? []);
      }
    }
  };
  for (const [, transformation] of pictures) list(transformation);
  UNSUPPORTED.forEach(list);
  assert.deepEqual(Object.keys(supportedTransforms).filter((option) => !listed.has(option)), []);
});
