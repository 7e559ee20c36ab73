// What a message carries besides words: pictures, recordings, files, places.

import { el, icon } from "./dom.js";
import { length, sound } from "./sound.js";

const NAMES = {
  photo: "Photo",
  album: "Album",
  voice: "Voice message",
  audio: "Audio",
  video: "Video",
  video_note: "Video message",
  animation: "Animation",
  document: "File",
  sticker: "Sticker",
  location: "Location",
  contact: "Contact",
};

/** What a message is called where there is no room to show it. */
export const mediaName = (media) => (media ? (NAMES[media.kind] ?? "Attachment") : "");

export const isPicture = (media) => ["photo", "video", "animation"].includes(media?.kind);

const heard = (media) => sound(media, mediaName(media));
const DRAW = {
  photo,
  animation: video,
  video,
  video_note: video,
  voice: heard,
  audio: heard,
  sticker,
  location,
  contact,
};

export function drawMedia(bubble) {
  return (DRAW[bubble.media.kind] ?? file)(bubble.media, bubble);
}

function photo(media) {
  const missing = el("span", { class: "missing" }, icon("photo"), "Photo");
  const size = { width: media.width, height: media.height };
  const image = el("img", { src: media.src, alt: "Photo", draggable: "false", ...size });
  const frame = el("div", { class: "picture" }, image);
  image.addEventListener("error", () => frame.replaceChildren(missing));
  // a picture of a few pixels is a stand-in: show that it is one
  image.addEventListener("load", () => frame.classList.toggle("tiny", image.naturalWidth < 40));
  return frame;
}

function video(media) {
  const name = mediaName(media);
  const how = { controls: true, preload: "metadata", playsinline: true, "aria-label": name };
  const film = el("video", { src: media.src, ...how });
  const frame = el("div", { class: `picture ${media.kind}` }, film);
  const words = `${name} · ${length(media.seconds)}`;
  const missing = el("span", { class: "missing" }, icon("video"), words);
  film.addEventListener("error", () => frame.replaceChildren(missing));
  return frame;
}

function sticker(media) {
  const frame = el("div", { class: "sticker" });
  const what = { class: "emoji", role: "img", "aria-label": "Sticker" };
  const word = el("span", what, media.emoji || "🙂");
  const image = el("img", { src: media.src, alt: "Sticker" });
  image.addEventListener("error", () => frame.replaceChildren(word));
  image.addEventListener("load", () => image.naturalWidth < 40 && frame.replaceChildren(word));
  frame.append(image);
  return frame;
}

function file(media, bubble) {
  const size = media.size === null || media.size === undefined ? "" : bytes(media.size);
  const name = el("b", { dir: "auto" }, media.name || mediaName(media));
  const words = el("span", { class: "words" }, name, el("small", {}, size || media.mime));
  const badge = el("span", { class: "badge" }, icon("document"));
  // what is protected cannot be saved: that is what protecting means
  if (bubble.protected || !media.src) return el("div", { class: "file" }, badge, words);
  return el("a", { class: "file", href: media.src, download: media.name || "file" }, badge, words);
}

/** A size as people say it. */
export function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 ** 2) return `${Math.round(size / 1024)} KB`;
  return `${(size / 1024 ** 2).toFixed(1)} MB`;
}

function location(media) {
  const place = `${media.latitude?.toFixed(4)}, ${media.longitude?.toFixed(4)}`;
  const map = { class: "map", role: "img", "aria-label": `Location ${place}` };
  const words = el("small", { dir: "ltr" }, place);
  return el("div", { class: "place" }, el("div", map, icon("location")), words);
}

function contact(media) {
  const badge = el("span", { class: "badge" }, icon("contact"));
  const name = el("b", { dir: "auto" }, media.card || "Contact");
  const words = el("span", { class: "words" }, name, el("small", {}, "Contact card"));
  return el("div", { class: "file" }, badge, words);
}
