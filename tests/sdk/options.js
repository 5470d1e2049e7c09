// What of the SDK's options is not in pictures.json.

/** Transformations that need a model, or a video, and are refused by name. */
export const UNSUPPORTED = [
  [{ aiRemoveBackground: true }],
  [{ aiRemoveBackground: "-" }],
  [{ aiRemoveBackgroundExternal: true }],
  [{ aiUpscale: true }],
  [{ aiRetouch: true }],
  [{ aiVariation: true }],
  [{ aiEdit: "prompt-make it vintage" }],
  [{ aiEdit: "prompte-bWFrZSBpdCB2aW50YWdl" }],
  [{ aiChangeBackground: "prompt-snow road" }],
  [{ aiRemoveBackground: true }, { aiDropShadow: true }],
  [{ width: 300, height: 200, aiRemoveBackground: true }],
  [{ width: 400, height: 400, cropMode: "pad_resize", background: "genfill" }],
  [{ width: 400, height: 400, cropMode: "pad_resize", background: "genfill-prompt-car" }],
  [{ width: 400, height: 400, cropMode: "pad_extract", background: "genfill-prompte-Y2Fy" }],
  [{ width: 100, height: 100, focus: "car" }],
  [{ focus: "person_dog", zoom: 2 }],
  [{ format: "mp4" }],
  [{ format: "svg" }],
  [{ format: "gif" }],
  [{ page: "2-4" }],
  [{ page: "1_3" }],
  [{ page: "name-layer-4" }],
  [{ videoCodec: "h264" }],
  [{ audioCodec: "aac" }],
  [{ startOffset: 5 }],
  [{ endOffset: "15.5" }],
  [{ duration: "bdu_mul_0.5" }],
  [{ streamingResolutions: ["240", "360"] }],
  [{ overlay: { type: "image", input: "logo.png", transformation: [{ aiRemoveBackground: true }] } }],
  [{ overlay: { type: "video", input: "play-pause-loop.mp4", timing: { start: 5 } } }],
  [{ overlay: { type: "video", input: "/path/to/video.mp4", encoding: "base64" } }],
  [{ overlay: { type: "subtitle", input: "sub.srt", transformation: [{ fontOutline: "2_A1CCDD50", fontShadow: "A1CCDD_3", color: "0000ff" }] } }],
];

/** Transformations that the SDK writes nothing of. */
export const BARE = [
  [{ grayscale: false }],
  [{ contrastStretch: "" }],
  [{ aiUpscale: "no" }],
  [{ overlay: { type: "text", text: "" } }],
  [{ overlay: { type: "image", input: "" } }],
  [{ overlay: { type: "solidColor", color: "" } }],
  [{ width: undefined }],
];

/** Names of the SDK's table that are no options of an image: a subtitle's look. */
export const ELSEWHERE = ["fontOutline", "fontShadow", "color"];
