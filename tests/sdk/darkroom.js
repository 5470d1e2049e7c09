// The Darkroom that `tests/run.py` started, and what the tests need in it.

import ImageKit from "@imagekit/nodejs";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

const setting = (name) => process.env[name] ?? assertFails(`${name} is not set: run this with tests/run.py`);

function assertFails(message) {
  throw new Error(message);
}

export const delivery = setting("DARKROOM_DELIVERY_ROOT");
export const privateKey = setting("DARKROOM_PRIVATE_KEY");
const photos = setting("DARKROOM_TEST_PHOTOS");

/** The SDK as its users have it, with another base URL. */
export const client = (key = privateKey) =>
  new ImageKit({ privateKey: key, baseURL: setting("DARKROOM_ADMIN_URL"), maxRetries: 0 });

/** Lays copies of a picture where URLs of the shapes ask for them. */
export function layPictures(shapes) {
  for (const { src } of shapes) {
    const path = src.replace(/^\//, "").replace(/\/ik-thumbnail\.jpg$/, "");
    if (path === "photo.jpg" || path.startsWith("ik-seo/")) continue;
    mkdirSync(dirname(join(photos, path)), { recursive: true });
    copyFileSync(join(photos, "photo.jpg"), join(photos, path));
  }
}

/** Adds a named transformation and a URL endpoint `prefix` that demands signatures; gives what takes them away. */
export async function prepare(prefix) {
  const { accounts, namedTransformations } = client();
  const [origin] = await accounts.origins.list();
  const named = await namedTransformations.create({ name: "sdk_small", transformation: "tr:w-80,h-60" });
  const endpoint = await accounts.urlEndpoints.create({
    description: "Signed URLs of the SDKs", urlPrefix: prefix, origins: [origin.id], restrictUnsigned: true,
  });
  return async () => {
    await accounts.urlEndpoints.delete(endpoint.id);
    await namedTransformations.delete(named.id);
  };
}

/** Status, code of `ik-error`, media type, entity tag and length of what a URL is answered with. */
export async function get(url) {
  const response = await fetch(url, { redirect: "error" });
  const body = await response.arrayBuffer();
  const code = (response.headers.get("ik-error") ?? "").split(" ")[0];
  return {
    status: response.status, code, type: response.headers.get("content-type"), etag: response.headers.get("etag"),
    bytes: body.byteLength,
  };
}
