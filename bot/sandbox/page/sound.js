// A recording: its shape, its length, and a button that plays it, one at a time on the page.

import { el, icon } from "./dom.js";

const BARS = 34;
const HEARD = ["play", "pause", "timeupdate", "ended"];

let playing = null;

/** So many seconds as 1:05. */
export function length(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function sound(media, name) {
  const whole = length(media.seconds);
  const bars = wave(media.src).map(bar);
  const shown = el("span", { class: "length" }, whole);
  const label = `Play ${name.toLowerCase()}, ${whole}`;
  const button = el("button", { type: "button", class: "play", "aria-label": label }, icon("play"));
  const audio = new Audio();
  audio.preload = "none";
  audio.src = media.src;
  const show = () => {
    const begun = audio.currentTime > 0 && !audio.ended;
    const done = begun ? audio.currentTime / duration(audio, media) : 0;
    bars.forEach((each, index) => each.classList.toggle("heard", begun && index / BARS <= done));
    shown.textContent = begun ? length(audio.currentTime) : whole;
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-pressed", String(!audio.paused));
  };
  for (const event of HEARD) audio.addEventListener(event, show);
  audio.addEventListener("error", () => {
    shown.textContent = `${whole} · no sound in this sample`;
  });
  button.addEventListener("click", () => toggle(audio));
  const track = el("div", { class: "wave", "aria-hidden": "true" }, ...bars);
  return el("div", { class: "sound" }, button, el("div", { class: "track" }, track, shown));
}

function toggle(audio) {
  if (!audio.paused) return audio.pause();
  if (playing !== audio) playing?.pause();
  playing = audio;
  audio.play().catch(() => {}); // what cannot be played says so by its error event
}

function duration(audio, media) {
  const known = Number.isFinite(audio.duration) && audio.duration > 0;
  return known ? audio.duration : media.seconds || 1;
}

function bar(height) {
  const node = el("i");
  node.style.height = `${Math.round(height * 100)}%`;
  return node;
}

/** Heights between 0 and 1 that belong to this recording alone. */
function wave(seed) {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  return Array.from({ length: BARS }, (_, index) => {
    state = (state * 1664525 + 1013904223) >>> 0;
    const breath = 0.45 + 0.4 * Math.sin((index / BARS) * Math.PI * 3 + (state % 3) / 9);
    return Math.min(1, Math.max(0.14, breath * (0.45 + (state / 2 ** 32) * 0.9)));
  });
}
