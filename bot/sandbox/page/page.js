// The page: one connection to the sandbox, one view for each phone, the clock and the guide.

import { inShort } from "./bubble.js";
import { Clock } from "./clock.js";
import { el } from "./dom.js";
import { Guide } from "./guide.js";
import { MailboxView } from "./mailbox.js";
import { PhoneView } from "./phone.js";
import { hint } from "./story.js";
import { Tabs } from "./tabs.js";

const PAUSES = [250, 500, 1000, 2000]; // milliseconds before each new attempt to connect
const GONE = "The sandbox is not running. This page connects by itself once it is back.";

const find = (id) => document.getElementById(id);
const views = new Map(); // id → PhoneView, and at its end the MailboxView
const tabs = new Tabs(views);
const clock = new Clock(find("clock"), jump);
const guide = new Guide(find("guide"), point, (id) => tabs.bring(id));
const world = {
  send,
  time: (date) => clock.time(date),
  day: (date) => clock.date(date),
  news: (view) => tabs.count(view),
  arrived: (view, bubble) => announce(view.phone.name, inShort(bubble, 300)),
  letter: (letter) => announce("Mailbox", letter.subject),
  opened: () => tell(),
};

let socket = null;
let attempts = 0;
let born = ""; // which world is shown
let jumps = false; // whether its clock can jump
let mailbox = null; // the MailboxView, if there is one

function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("open", () => {
    attempts = 0;
    link(true);
  });
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
    views.get(message.phone)?.say(GONE);
    return false;
  }
  if (message.do === "press") guide.pressed(message.phone, message.message);
  socket.send(JSON.stringify(message));
  return true;
}

function jump(far) {
  const sent = send({ do: "jump", ...far });
  if (sent) guide.jumped = true;
  return sent;
}

function receive(message) {
  if (message.type === "state") showWorld(message);
  else if (message.type === "phone") showPhone(message.phone);
  else if (message.type === "mail") showMail(message.mail);
  else if (message.type === "notice") views.get(message.phone)?.say(message.text);
}

function showWorld(state) {
  if (state.world !== born) startOver(state.world);
  jumps = state.jumps;
  clock.set(state);
  find("waiting").hidden = state.phones.length > 0;
  for (const phone of state.phones) place(phone);
  if (state.mail) placeMail(state.mail);
  tabs.draw();
  tick();
  tell();
}

/** Another world runs behind the same address: nothing of the old one may stay on screen. */
function startOver(name) {
  born = name;
  views.clear();
  mailbox = null;
  find("deck").replaceChildren();
  guide.restart();
}

function place(phone) {
  const view = views.get(phone.id);
  if (view) return view.update(phone);
  const fresh = new PhoneView(phone, world);
  views.set(phone.id, fresh);
  find("deck").append(fresh.element);
  fresh.chat.toEnd(false);
}

function showPhone(phone) {
  if (!views.has(phone.id)) return;
  place(phone);
  tell();
}

function placeMail(mail) {
  if (mailbox) return mailbox.update(mail);
  mailbox = new MailboxView(mail, world);
  views.set(mailbox.phone.id, mailbox);
  find("deck").append(mailbox.element);
}

function showMail(mail) {
  if (!mailbox) return;
  placeMail(mail);
  tell();
}

/** Hints and guide follow whatever is on the phones now. */
function tell() {
  const chats = [...views.values()].filter((view) => view !== mailbox);
  const phones = chats.map((view) => view.phone);
  for (const view of chats) {
    const words = hint(view.phone, phones);
    if (view.hint.textContent !== words) view.hint.textContent = words;
  }
  guide.update(phones, jumps, mailbox);
}

function announce(whose, what) {
  const region = find("announcer");
  region.append(el("p", {}, `${whose}: ${what}`));
  while (region.childElementCount > 4) region.firstChild.remove();
}

function point(target) {
  for (const [id, view] of views) view.element.classList.toggle("next", id === target);
  tabs.point(target);
  find("clock").classList.toggle("next", target === "clock");
}

function tick() {
  clock.show();
  const face = clock.time(clock.now());
  for (const view of views.values()) {
    if (view.clock && view.clock.textContent !== face) view.clock.textContent = face;
  }
}

setInterval(() => born && tick(), 1000);
connect();
