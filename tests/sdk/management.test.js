// The management API through the SDK, as its users call it.

import { strict as assert } from "node:assert";
import { test } from "node:test";
import ImageKit from "@imagekit/nodejs";
import { client, delivery, get } from "./darkroom.js";

const { accounts, namedTransformations } = client();

test("without the key there is nothing", async () => {
  await assert.rejects(client("private_wrong").accounts.origins.list(), ImageKit.AuthenticationError);
});

test("origins come and go", async () => {
  const web = { type: "WEB_FOLDER", name: "SDK web", baseUrl: "https://example.com/images" };
  const made = await accounts.origins.create(web);
  assert.deepEqual({ ...made, id: undefined }, {
    ...web, id: undefined, includeCanonicalHeader: false, forwardHostHeaderToOrigin: false,
  });
  const bucket = {
    type: "S3_COMPATIBLE", name: "SDK bucket", bucket: "b", endpoint: "https://s3.example.com",
    accessKey: "sdk-canary", secretKey: "sdk-canary",
  };
  const changed = await accounts.origins.update(made.id, bucket);
  assert.deepEqual([changed.id, changed.type, changed.s3ForcePathStyle], [made.id, "S3_COMPATIBLE", false]);
  assert.ok(!JSON.stringify(changed).includes("canary"), "secrets never come out");
  assert.deepEqual(await accounts.origins.get(made.id), changed);
  assert.ok((await accounts.origins.list()).some(({ id }) => id === made.id));
  await accounts.origins.delete(made.id);
  await assert.rejects(accounts.origins.get(made.id), (error) => {
    assert.ok(error instanceof ImageKit.NotFoundError);
    return error.error.message === "Origin not found.";
  });
  await assert.rejects(accounts.origins.create({ type: "S3", name: "x" }), ImageKit.BadRequestError);
});

test("URL endpoints come and go", async () => {
  const [origin] = await accounts.origins.list();
  const sent = { description: "of the SDK", urlPrefix: "sdk-managed", origins: [origin.id] };
  const made = await accounts.urlEndpoints.create(sent);
  assert.equal(made.urlPrefix, "sdk-managed");
  assert.equal((await get(`${delivery}/sdk-managed/photo.jpg`)).status, 200);
  const changed = await accounts.urlEndpoints.update(made.id, { ...sent, description: "changed", origins: [] });
  assert.deepEqual([changed.description, changed.origins], ["changed", []]);
  assert.deepEqual(await accounts.urlEndpoints.get(made.id), changed);
  assert.equal((await accounts.urlEndpoints.list())[0].id, "default");
  await accounts.urlEndpoints.delete(made.id);
  await assert.rejects(accounts.urlEndpoints.get(made.id), ImageKit.NotFoundError);
  await assert.rejects(accounts.urlEndpoints.delete("default"), ImageKit.BadRequestError);
});

test("named transformations come and go", async () => {
  const sent = { name: "sdk_thumbnail", transformation: "w-150,h-150,fo-center", enabled: true };
  const made = await namedTransformations.create(sent);
  const { id, createdAt, ...rest } = made;
  assert.deepEqual({ ...rest, updatedAt: undefined }, { ...sent, updatedAt: undefined });
  assert.ok(Date.parse(createdAt) <= Date.now() && id.length > 0);
  assert.deepEqual(await namedTransformations.get(id), made);
  assert.ok((await namedTransformations.list()).some((named) => named.id === id));
  const url = (name) => `${delivery}/tr:n-${name}/photo.jpg`;
  assert.equal((await get(url("sdk_thumbnail"))).status, 200);

  const disabled = await namedTransformations.update(id, { enabled: false });
  assert.deepEqual([disabled.enabled, disabled.transformation], [false, sent.transformation]);
  assert.equal((await get(url("sdk_thumbnail"))).status, 400);
  const renamed = await namedTransformations.update(id, { name: "sdk_square", enabled: true });
  assert.deepEqual([renamed.id, renamed.name], [id, "sdk_square"], "the id stays");
  assert.equal((await get(url("sdk_square"))).status, 200);
  const changed = await namedTransformations.update(id, { transformation: "tr:w-20:rt-90" });
  assert.equal(changed.transformation, "tr:w-20:rt-90");

  await assert.rejects(namedTransformations.create({ ...sent, name: "sdk_square" }), ImageKit.ConflictError);
  await assert.rejects(namedTransformations.create({ ...sent, name: "with-hyphen" }), ImageKit.BadRequestError);
  await assert.rejects(namedTransformations.update(id, { transformation: "n-other" }), ImageKit.BadRequestError);
  assert.deepEqual(await namedTransformations.delete(id), {});
  await assert.rejects(namedTransformations.get(id), ImageKit.NotFoundError);
});
