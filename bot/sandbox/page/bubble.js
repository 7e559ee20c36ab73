// One message, or one album, as it looks on a phone.

import { app } from "./apps.js";
import { el, icon, iconButton } from "./dom.js";
import { drawMedia, isPicture, mediaName } from "./media.js";
import { writeRich } from "./rich.js";

const STYLES = new Set(["primary", "success", "danger"]);
const TICKS = {
  // how far one's own message came: its icon
  sent: "check",
  delivered: "ticks",
  read: "ticks",
};

/** A message in a few words, for quotes and announcements. */
export function inShort(bubble, length = 90) {
  const words = bubble.text.replace(/\s+/g, " ").trim() || mediaName(bubble.media);
  return words.length > length ? `${words.slice(0, length).trimEnd()}…` : words;
}

/** Messages that are shown as one: an album's parts, else one alone. */
export function together(messages) {
  const groups = [];
  for (const message of messages) {
    const before = groups.at(-1)?.[0];
    const album = message.media?.album;
    if (album && before?.media?.album === album && before.mine === message.mine)
      groups.at(-1).push(message);
    else groups.push([message]);
  }
  return groups;
}

/**
 * The element of one group. `chat` knows the other messages and what can be done:
 * {phone, find(id), time(date), press, choose, reply, edit, command, goTo, copy, say}.
 */
export function drawBubble(group, chat) {
  const [first, last] = [group[0], group.at(-1)];
  const worded = group.find((part) => part.text) ?? first;
  const body = el("div", { class: looks(group, worded) });
  if (first.reply_to) body.append(quote(chat.find(first.reply_to), chat, first.quote));
  if (first.forwarded) body.append(el("p", { class: "forwarded" }, "Forwarded"));
  if (first.media) body.append(group.length > 1 ? album(group) : drawMedia(first));
  const words = el("div", { class: "text", dir: "auto" });
  writeRich(words, worded.html, app(chat.phone).commands && chat.command);
  words.append(meta(worded, last, chat));
  body.append(words);
  const side = `message ${first.mine ? "mine" : "theirs"}${last.protected ? " protected" : ""}`;
  return el(
    "li",
    { class: side, tabindex: -1, "aria-label": spoken(group, worded, chat) },
    el("div", { class: "row" }, body, actions(worded, first, chat)),
    keyboard(last.buttons.length ? last : first, chat),
  );
}

function looks(group, worded) {
  const kind = group[0].media?.kind;
  const looks = ["bubble"];
  if (group.every((part) => isPicture(part.media))) looks.push("pictured");
  if (kind === "sticker" || kind === "video_note") looks.push("bare");
  if (!worded.text) looks.push("wordless");
  return looks.join(" ");
}

/** Two large ones first, the rest in threes, the last row filled. */
function album(group) {
  const many = group.length > 4;
  const left = many ? ` left-${(group.length - 2) % 3}` : "";
  return el(
    "div",
    { class: `album of-${many ? 5 : group.length}${left}` },
    ...group.map(drawMedia),
  );
}

function spoken(group, worded, chat) {
  const who = group[0].mine ? chat.phone.name : chat.phone.bot;
  const what = group.length > 1 ? `album of ${group.length}` : mediaName(group[0].media);
  const words = worded.text && inShort(worded, 600);
  return [who, what, words, chat.time(group[0].date)].filter(Boolean).join(", ");
}

function quote(source, chat, exact) {
  const who = source ? (source.mine ? chat.phone.name : chat.phone.bot) : "";
  const words = exact || (source ? inShort(source) : "Deleted message");
  return el(
    "button",
    { type: "button", class: "quote", onclick: () => source && chat.goTo(source.id) },
    who && el("b", { dir: "auto" }, who),
    el("span", { dir: "auto" }, words),
  );
}

function meta(worded, last, chat) {
  return el(
    "span",
    { class: "meta", dir: "ltr" },
    last.protected && mark("shield", "protected: cannot be forwarded or saved"),
    last.silent && mark("silent", "sent without a sound"),
    worded.edited && el("span", { class: "edited" }, "edited"),
    el("time", { datetime: last.date }, chat.time(last.date)),
    last.mine && mark(TICKS[last.ticks] ?? "check", last.ticks || "sent"),
  );
}

function mark(name, title) {
  const looks = `mark ${title === "read" ? "read" : ""}`.trim();
  return el("span", { class: looks, role: "img", "aria-label": title, title }, icon(name));
}

function actions(worded, first, chat) {
  if (chat.phone.blocked) return null;
  const tools = [
    iconButton("reply", "Reply to this message", () => chat.reply(worded), { tabindex: -1 }),
  ];
  if (first.mine && worded.text && app(chat.phone).edits)
    tools.push(iconButton("edit", "Edit this message", () => chat.edit(worded), { tabindex: -1 }));
  return el("div", { class: "actions" }, ...tools);
}

function keyboard(bubble, chat) {
  if (!bubble.buttons.length) return null;
  if (bubble.list) return chooser(bubble, chat);
  const rows = bubble.buttons.map((row) =>
    el("div", { class: "keys-row" }, ...row.map((button) => key(button, bubble, chat))),
  );
  return el("div", { class: "keys", role: "group", "aria-label": "Buttons" }, ...rows);
}

/** A list's one button: what can be chosen opens as a sheet. */
function chooser(bubble, chat) {
  const onclick = (event) => chat.choose(bubble, event.currentTarget);
  const what = { type: "button", class: "key list", "aria-haspopup": "dialog", onclick };
  const button = el("button", what, icon("list"), el("span", { dir: "auto" }, bubble.list));
  return el("div", { class: "keys" }, el("div", { class: "keys-row" }, button));
}

function key(button, bubble, chat) {
  const style = STYLES.has(button.style) ? ` ${button.style}` : "";
  const properties = {
    type: "button",
    dir: "auto",
    class: `key${style}${button.waiting ? " waiting" : ""}`,
    "aria-busy": button.waiting ? "true" : null,
  };
  if (button.data) properties.onclick = () => chat.press(bubble, button);
  else if (button.copies) properties.onclick = () => chat.copy(button.copies);
  else
    properties.onclick = () => chat.say(`Addresses are not opened in the sandbox: ${button.url}`);
  const sign = app(chat.phone).buttons;
  return el("button", properties, sign && icon(sign), el("span", {}, button.label));
}
