// Every transformation option of the SDK. An option that is built gets its values here, and leaves LATER: that each is
// in one of the lists is tested, so a new version of the SDK shows what it brought.

/** Transformations, as `buildSrc` takes them, that must give an image. The source has 320 × 240 pixels. */
export const BUILT = [
  [{ width: 200 }],
  [{ height: "0.5" }],
  [{ width: 200, aspectRatio: "4-3" }],
  [{ width: 100, height: 100, crop: "force" }],
  [{ width: 100, height: 100, crop: "at_max" }],
  [{ width: 100, height: 100, crop: "maintain_ratio", focus: "top_left" }],
  [{ width: 400, height: 400, cropMode: "pad_resize", background: "F3F3F3" }],
  [{ width: 100, height: 100, cropMode: "extract", x: 10, y: 20 }],
  [{ width: 100, height: 100, cropMode: "extract", xCenter: 100, yCenter: 120 }],
  [{ width: 100, dpr: 2 }],
  [{ quality: 60 }],
  [{ format: "webp" }],
  [{ rotation: 90 }],
  [{ rotation: "N40", background: "red" }],
  [{ flip: "h_v" }],
  [{ blur: 10 }],
  [{ named: "sdk_small" }],
  [{ width: "iw_div_2", height: "ih_mul_0.5" }],
  [{ defaultImage: "/photo.jpg" }],
  [{ width: 200, overlay: { type: "image", input: "photo.jpg", position: { x: 10, y: 10 }, transformation: [{ width: 40 }] } }],
  [{ overlay: { type: "image", input: "/photo.jpg", encoding: "base64", position: { focus: "bottom_right" }, transformation: [{ width: 40 }, { rotation: 90 }] } }],
  [{ overlay: { type: "solidColor", color: "FF0000", transformation: [{ width: 40, height: 20 }] } }],
  [{ original: true }],
  [{ format: "jpg", progressive: true }],
  [{ format: "png", lossless: true }],
  [{ colorProfile: true }],
  [{ metadata: true }],
  [{ raw: "w-200,h-100" }],
  [{ width: 200 }, { rotation: 90 }, { height: 50 }],
];

/** Options that are known and not built, each with a value. They are answered with an image or with UNSUPPORTED. */
export const LATER = {
  border: "5_FFF000",
  radius: 20,
  grayscale: true,
  contrastStretch: true,
  shadow: true,
  sharpen: 10,
  unsharpMask: "2-2-0.8-0.024",
  gradient: true,
  colorReplace: "FF0000",
  colorize: "co-red_in-40",
  distort: "a-30",
  opacity: 50,
  trim: true,
  zoom: 2,
  page: 1,
};

/** Options that are only for video, for a text inside a layer, or that ask for a model; tested elsewhere or never. */
export const ELSEWHERE = [
  "videoCodec", "audioCodec", "startOffset", "endOffset", "duration", "streamingResolutions",
  "aiUpscale", "aiRetouch", "aiVariation", "aiDropShadow", "aiChangeBackground", "aiRemoveBackground",
  "aiRemoveBackgroundExternal", "aiEdit",
  "fontSize", "fontFamily", "fontColor", "innerAlignment", "padding", "alpha", "typography", "lineHeight",
  "fontOutline", "fontShadow", "color",
];
