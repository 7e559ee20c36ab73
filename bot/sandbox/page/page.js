// The page: one connection to the sandbox, one view for each phone, the clock and the tour.

import { inShort } from "./bubble.js";
import { el } from "./dom.js";
import { Guide, hint } from "./guide.js";
import { PhoneView } from "./phone.js";

const find = (id) => document.getElementById(id);
const deck = find("deck");
const tabs = find("tabs");
const views = new Map(); // phone id → PhoneView
const JUMPS = [
  ["+15 min", () => 15, "15 minutes"],
  ["+1 hour", () => 60, "one hour"],
  ["+1 day", () => 24 * 60, "one day"],
  ["Monday", () => untilMonday(), "next Monday, 9 in the morning"],
];
const MONDAY_AT = 9 * 60;
const PAUSES = [250, 500, 1000, 2000]; // milliseconds before each new attempt to connect

let socket = null;
let attempts = 0;
let zone = "UTC";
let clock = null; // {shown: ms of the world, read: ms of this page}
let current = null; // the phone in front where only one fits
let born = "";

const world = {
  send,
  time: (date) => format(date, { hour: "2-digit", minute: "2-digit" }),
  day: (date) => format(date, { weekday: "long", day: "numeric", month: "long" }),
  newsChanged: (view) => drawTab(view.phone),
};
const guide = new Guide(find("guide"), point, bring);

function format(date, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options }).format(new Date(date));
}

function worldNow() {
  return new Date(clock.shown + performance.now() - clock.read);
}

function untilMonday() {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(worldNow());
  const part = (type) => parts.find((each) => each.type === type).value;
  const today = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday"));
  return (7 - today) * 24 * 60 + MONDAY_AT - Number(part("hour")) * 60 - Number(part("minute"));
}

// ---- the connection

function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.addEventListener("open", () => ((attempts = 0), link(true)));
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    link(false);
    setTimeout(connect, PAUSES[Math.min(attempts++, PAUSES.length - 1)]);
  });
}

function link(up) {
  find("link").hidden = up;
  document.body.classList.toggle("away", !up);
}

/** Hand something to the sandbox; false, with a word on the phone, while there is no connection. */
function send(message) {
  if (socket?.readyState !== WebSocket.OPEN) {
    views.get(message.phone)?.say("The sandbox is not running. This page connects by itself once it is back.");
    return false;
  }
  if (message.do === "press") guide.pressed(message.phone, message.message);
  socket.send(JSON.stringify(message));
  return true;
}

function receive(message) {
  if (message.type === "state") showWorld(message);
  else if (message.type === "phone") showPhone(message.phone);
  else if (message.type === "notice") views.get(message.phone)?.say(message.text);
}

// ---- the phones

function showWorld(state) {
  if (state.world !== born) startOver(state.world);
  zone = state.zone;
  clock = { shown: Date.parse(state.clock), read: performance.now() };
  find("waiting").hidden = state.phones.length > 0;
  find("clock").hidden = false;
  find("jumps").hidden = !state.jumps;
  for (const button of find("jumps").children) button.disabled = state.jumping;
  world.jumps = state.jumps;
  const ids = new Set(state.phones.map((phone) => phone.id));
  for (const [id, view] of views) if (!ids.has(id)) (view.element.remove(), views.delete(id));
  for (const phone of state.phones) place(phone);
  current = views.has(current) ? current : (state.phones[0]?.id ?? null);
  drawTabs();
  tick();
  tell();
}

/** Another world runs behind the same address: nothing of the old one may stay on screen. */
function startOver(name) {
  born = name;
  views.clear();
  deck.replaceChildren();
  guide.restart();
}

function place(phone) {
  const view = views.get(phone.id);
  if (view) return view.update(phone);
  const fresh = new PhoneView(phone, world, announce);
  views.set(phone.id, fresh);
  deck.append(fresh.element);
  fresh.toEnd(false);
}

function showPhone(phone) {
  if (!views.has(phone.id)) return;
  place(phone);
  tell();
}

function tell() {
  const phones = [...views.values()].map((view) => view.phone);
  for (const view of views.values()) {
    const words = hint(view.phone, phones);
    if (view.hint.textContent !== words) view.hint.textContent = words;
  }
  guide.update(phones, world.jumps);
}

function announce(view, bubble) {
  find("announcer").append(el("p", {}, `${view.phone.name}: ${inShort(bubble, 300)}`));
  while (find("announcer").childElementCount > 4) find("announcer").firstChild.remove();
}

function point(target) {
  for (const [id, view] of views) view.element.classList.toggle("next", id === target);
  for (const tab of tabs.children) tab.classList.toggle("next", tab.dataset.phone === String(target));
  find("clock").classList.toggle("next", target === "clock");
}

// ---- one phone at a time, or a row wider than the window

function drawTabs() {
  const all = [...views.values()];
  tabs.replaceChildren(...all.map(({ phone }) => el("button", { type: "button", class: phone.role, "data-phone": phone.id, onclick: () => bring(phone.id) }, el("span", { dir: "auto" }, phone.name.split(" ")[0]), el("span", { class: "badge-new" }))));
  find("skip").replaceChildren(...all.map(({ phone }) => el("a", { href: `#phone-${phone.id}`, onclick: (event) => jumpTo(event, phone.id) }, `To ${phone.name}’s phone`)));
  all.forEach(({ phone }) => drawTab(phone));
  front(current);
  measure();
}

function drawTab(phone) {
  const badge = tabs.querySelector(`[data-phone="${phone.id}"] .badge-new`);
  if (!badge) return;
  const { news } = views.get(phone.id);
  badge.hidden = news === 0;
  badge.textContent = String(news);
  badge.setAttribute("aria-label", `${news} new`);
}

function front(id) {
  current = id;
  for (const [each, view] of views) view.element.classList.toggle("front", each === id);
  for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.phone === String(id)));
}

function bring(id) {
  const view = views.get(id);
  if (!view) return;
  front(id);
  view.seen();
  view.toEnd(false);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  view.element.scrollIntoView({ inline: "center", block: "nearest", behavior: still ? "instant" : "smooth" });
}

function jumpTo(event, id) {
  event.preventDefault();
  bring(id);
  const boxes = views.get(id).composer.element.querySelectorAll("textarea, .wide");
  [...boxes].find((box) => box.offsetParent)?.focus();
}

function measure() {
  document.body.classList.toggle("overflows", deck.scrollWidth > deck.clientWidth + 4);
}

// ---- the clock

function tick() {
  if (!clock) return;
  const now = worldNow();
  const face = world.time(now);
  const day = format(now, { weekday: "short" });
  const date = el("span", { class: "date" }, ` ${format(now, { day: "numeric", month: "short" })}`);
  find("time").replaceChildren(day, date, `, ${face}`);
  find("time").setAttribute("datetime", now.toISOString());
  for (const view of views.values()) if (view.clock.textContent !== face) view.clock.textContent = face;
}

function jump(button, minutes) {
  if (!send({ do: "jump", minutes })) return;
  guide.jumped = true;
  for (const each of find("jumps").children) each.disabled = true;
}

find("jumps").replaceChildren(...JUMPS.map(([label, minutes, words]) => {
  const button = el("button", { type: "button", "aria-label": `Jump ahead: ${words}`, title: `Jump ahead: ${words}`, onclick: () => jump(button, minutes()) }, label);
  return button;
}));
new ResizeObserver(measure).observe(deck);
setInterval(tick, 1000);
connect();
