// Carries out steps with sharp. On standard input: a line of JSON with the source's length and the steps, then the
// source's bytes. On standard output: a line with the size, then the raw pixels.

import sharp from "sharp";

const opaque = ([red, green, blue]) => ({ r: red, g: green, b: blue, alpha: 1 });
const clear = { r: 0, g: 0, b: 0, alpha: 0 };
const position = (along, names) => (along === 0.5 ? "" : names[along]);

// Linear light for what gets fewer pixels.
const inLight = (image, fewer) => (fewer ? image.pipelineColourspace("scrgb") : image);

const steps = {
  scale: (image, { width, height }, size) =>
    inLight(image, width * height < size.width * size.height).resize(width, height, { fit: "fill", kernel: "lanczos3" }),
  cover: (image, { width, height, across, down }, size) => {
    const isSmaller = Math.max(width / size.width, height / size.height) < 1;
    const words = [position(across, ["left", "right"]), position(down, ["top", "bottom"])].filter(Boolean).join(" ");
    return inLight(image, isSmaller).resize(width, height, { fit: "cover", position: words || "centre", kernel: "lanczos3" });
  },
  cut: (image, { left, top, width, height }) => image.extract({ left, top, width, height }),
  pad: (image, { width, height, left, top, colour }, size) =>
    image.extend({
      left,
      top,
      right: width - left - size.width,
      bottom: height - top - size.height,
      background: opaque(colour),
    }),
  turn: (image, { degrees }) => image.rotate(degrees, { background: clear }),
  mirror: (image, { way }) => (way === "h" ? image.flop() : image.flip()),
  blur: (image, { sigma }) => image.blur({ sigma, precision: "float" }),
  behind: (image, { colour }) => image.flatten({ background: opaque(colour) }),
};

const raw = (image) => image.toColourspace("srgb").raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });

async function carryOut(source, recipe) {
  // To upright sRGB first; each step then gets plain pixels, because sharp has an order of its own for steps.
  let { data, info } = await raw(sharp(source).autoOrient());
  for (const step of recipe) {
    const { width, height, channels } = info;
    const image = sharp(data, { raw: { width, height, channels } });
    ({ data, info } = await raw(steps[step.step](image, step, info)));
  }
  return { data, info };
}

async function* requests(stream) {
  let kept = Buffer.alloc(0);
  let head;
  for await (const piece of stream) {
    kept = Buffer.concat([kept, piece]);
    for (;;) {
      if (!head) {
        const end = kept.indexOf("\n");
        if (end < 0) break;
        head = JSON.parse(kept.subarray(0, end).toString());
        kept = kept.subarray(end + 1);
      }
      if (kept.length < head.bytes) break;
      yield { source: kept.subarray(0, head.bytes), recipe: head.steps };
      kept = kept.subarray(head.bytes);
      head = undefined;
    }
  }
}

for await (const { source, recipe } of requests(process.stdin)) {
  try {
    const { data, info } = await carryOut(source, recipe);
    const { width, height, channels } = info;
    process.stdout.write(`${JSON.stringify({ width, height, channels })}\n`);
    process.stdout.write(data);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  }
}
