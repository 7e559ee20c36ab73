// What a message carries besides words: pictures, recordings, files, places.

import { el, icon } from "./dom.js";

const NAMES = {
  photo: "Photo", album: "Album", voice: "Voice message", audio: "Audio", video: "Video", video_note: "Video message",
  animation: "Animation", document: "File", sticker: "Sticker", location: "Location", contact: "Contact",
};
const BARS = 34;

/** What a message is called where there is no room to show it. */
export const mediaName = (media) => (media ? (NAMES[media.kind] ?? "Attachment") : "");

export const isPicture = (media) => ["photo", "video", "animation"].includes(media?.kind);

const DRAW = {
  photo, animation: video, video, video_note: video, voice: sound, audio: sound, sticker, location, contact,
};

export function drawMedia(bubble) {
  return (DRAW[bubble.media.kind] ?? file)(bubble.media, bubble);
}

function photo(media) {
  const missing = el("span", { class: "missing" }, icon("photo"), "Photo");
  const image = el("img", { src: media.src, alt: "Photo", draggable: "false", width: media.width, height: media.height });
  const frame = el("div", { class: "picture" }, image);
  image.addEventListener("error", () => frame.replaceChildren(missing));
  // a picture of a few pixels is a stand-in: show that it is one
  image.addEventListener("load", () => frame.classList.toggle("tiny", image.naturalWidth < 40));
  return frame;
}

function video(media) {
  const film = el("video", { src: media.src, controls: true, preload: "metadata", playsinline: true, "aria-label": "Video" });
  const frame = el("div", { class: `picture ${media.kind}` }, film);
  film.addEventListener("error", () => frame.replaceChildren(el("span", { class: "missing" }, icon("video"), `${mediaName(media)} · ${clock(media.seconds)}`)));
  return frame;
}

function sticker(media) {
  const frame = el("div", { class: "sticker" });
  const word = el("span", { class: "emoji", role: "img", "aria-label": "Sticker" }, media.emoji || "🙂");
  if (!media.src) return frame.append(word), frame;
  const image = el("img", { src: media.src, alt: "Sticker" });
  image.addEventListener("error", () => frame.replaceChildren(word));
  image.addEventListener("load", () => image.naturalWidth < 40 && frame.replaceChildren(word));
  frame.append(image);
  return frame;
}

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Heights between 0 and 1 that belong to this recording alone. */
function wave(seed) {
  let state = [...String(seed)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  return Array.from({ length: BARS }, (_, index) => {
    state = (state * 1664525 + 1013904223) >>> 0;
    const breath = 0.45 + 0.4 * Math.sin((index / BARS) * Math.PI * 3 + (seed.length % 5));
    return Math.min(1, Math.max(0.14, breath * (0.45 + (state / 2 ** 32) * 0.9)));
  });
}

let playing = null;

function sound(media) {
  const bars = wave(media.src || "").map((height) => {
    const bar = el("i");
    bar.style.height = `${Math.round(height * 100)}%`;
    return bar;
  });
  const length = el("span", { class: "length" }, clock(media.seconds));
  const button = el("button", { type: "button", class: "play", "aria-label": `Play ${mediaName(media).toLowerCase()}, ${clock(media.seconds)}` }, icon("play"));
  const audio = new Audio();
  audio.preload = "none";
  audio.src = media.src;
  const show = () => {
    const whole = Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : media.seconds || 1;
    const done = audio.currentTime / whole;
    bars.forEach((bar, index) => bar.classList.toggle("heard", !audio.ended && done > 0 && index / BARS <= done));
    length.textContent = audio.currentTime > 0 && !audio.ended ? clock(audio.currentTime) : clock(media.seconds);
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-pressed", String(!audio.paused));
  };
  for (const name of ["play", "pause", "timeupdate", "ended"]) audio.addEventListener(name, show);
  audio.addEventListener("error", () => (length.textContent = `${clock(media.seconds)} · no sound in this sample`));
  button.addEventListener("click", () => {
    if (!audio.paused) return audio.pause();
    if (playing !== audio) playing?.pause();
    playing = audio;
    audio.play().catch(() => {});
  });
  return el("div", { class: "sound" }, button, el("div", { class: "track" }, el("div", { class: "wave", "aria-hidden": "true" }, ...bars), length));
}

function file(media, bubble) {
  const size = media.size === null || media.size === undefined ? "" : bytes(media.size);
  const words = el("span", { class: "words" }, el("b", { dir: "auto" }, media.name || mediaName(media)), el("small", {}, size || media.mime));
  const badge = el("span", { class: "badge" }, icon("document"));
  // what is protected cannot be saved: that is what protecting means
  if (bubble.protected || !media.src) return el("div", { class: "file" }, badge, words);
  return el("a", { class: "file", href: media.src, download: media.name || "file" }, badge, words);
}

function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1024 ** 2) return `${Math.round(size / 1024)} KB`;
  return `${(size / 1024 ** 2).toFixed(1)} MB`;
}

function location(media) {
  const place = `${media.latitude?.toFixed(4)}, ${media.longitude?.toFixed(4)}`;
  return el("div", { class: "place" }, el("div", { class: "map", role: "img", "aria-label": `Location ${place}` }, icon("location")), el("small", { dir: "ltr" }, place));
}

function contact(media) {
  return el("div", { class: "file" }, el("span", { class: "badge" }, icon("contact")), el("span", { class: "words" }, el("b", { dir: "auto" }, media.card || "Contact"), el("small", {}, "Contact card")));
}
