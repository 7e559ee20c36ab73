// The scrolling part of a phone: messages drawn once, changed where they change, walked with arrows.

import { drawBubble, inShort, together } from "./bubble.js";
import { el, iconButton, still } from "./dom.js";

const NEAR = 80; // pixels from the end at which a chat follows what is new
const SCREENFUL = 60; // messages drawn at a time: a chat of thousands opens as fast as a short one

export class ChatView {
  /** `chat` is what bubbles get; `day(date)` names a day; `onNews(bubble)` hears of each new one. */
  constructor(chat, day, onNews) {
    this.chat = chat;
    this.day = day;
    this.onNews = onNews;
    this.shown = new Map(); // key → {shape, node}
    this.oldest = 0; // the message from which on the chat is drawn
    this.stuck = true; // at the end, and staying there when pictures and fonts come late
    this.list = el("ol", { class: "messages" });
    const label = `Chat of ${chat.phone.name}`;
    const log = { class: "scroller", role: "log", "aria-live": "off", "aria-label": label };
    this.element = el("div", { ...log, tabindex: 0 }, this.list);
    this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.walk(event));
    const more = { class: "round newest", hidden: true };
    this.newest = iconButton("down", "To the newest message", () => this.toEnd(true), more);
    const grown = new ResizeObserver(() => this.stuck && this.toEnd(false));
    grown.observe(this.list);
    grown.observe(this.element);
  }

  /** Bring the list in line with the phone, touching only what changed; `quiet`: nothing is news. */
  draw(quiet, stay = quiet || this.stuck) {
    this.list.lang = this.chat.phone.lang ?? "";
    const wanted = this.items();
    const keys = new Set(wanted.map((item) => item.key));
    for (const [key, { node }] of this.shown) {
      if (!keys.has(key)) (node.remove(), this.shown.delete(key));
    }
    let before = null;
    for (const item of wanted) {
      const node = this.node(item, quiet);
      const place = before ? before.nextSibling : this.list.firstChild;
      if (node !== place) this.list.insertBefore(node, place);
      node.classList.toggle("lead", Boolean(item.lead));
      node.classList.toggle("tail", Boolean(item.tail));
      before = node;
    }
    const tabbed = this.list.querySelector(".message[tabindex='0']");
    this.rove(tabbed ?? this.list.querySelector(".message:last-of-type"));
    if (stay || this.answered) this.toEnd(!quiet);
    else this.newest.hidden = this.stuck;
    this.answered = false;
  }

  node(item, quiet) {
    const old = this.shown.get(item.key);
    if (old?.shape === item.shape) return old.node;
    const node = item.make();
    this.shown.set(item.key, { shape: item.shape, words: item.words, node });
    if (old) {
      this.replace(old.node, node);
      if (old.words !== item.words) node.classList.add("changes");
    } else if (!quiet && item.group) {
      node.classList.add("arrives");
      if (item.group[0].mine) this.answered = true;
      else this.onNews(item.group[0]);
    }
    return node;
  }

  replace(old, fresh) {
    const touched = (node) => [...node.querySelectorAll("button, a")];
    const held = old.contains(document.activeElement);
    const index = touched(old).indexOf(document.activeElement);
    fresh.tabIndex = old.tabIndex;
    old.replaceWith(fresh);
    if (held) (touched(fresh)[index] ?? fresh).focus({ preventScroll: true });
  }

  items() {
    const all = together(this.chat.phone.messages);
    const start = this.begin(all);
    const items = start > 0 ? [{ key: "earlier", shape: "", make: () => this.more() }] : [];
    let day = "";
    all.slice(start).forEach((group, index, groups) => {
      const today = this.day(group[0].date);
      if (today !== day) items.push({ key: `day ${today}`, shape: "", make: () => heading(today) });
      day = today;
      items.push(this.item(group, groups[index - 1]?.[0], groups[index + 1]?.[0]));
    });
    return items;
  }

  item(group, before, next) {
    const source = group[0].reply_to ? this.chat.find(group[0].reply_to) : null;
    return {
      key: `message ${group[0].id}`,
      shape: JSON.stringify([group, this.chat.phone.blocked, source && inShort(source)]),
      words: group.map((part) => part.html).join(),
      group,
      lead: !before || before.mine !== group[0].mine || before.buttons.length > 0,
      tail: !next || next.mine !== group[0].mine || group.at(-1).buttons.length > 0,
      make: () => drawBubble(group, this.chat),
    };
  }

  /** Where the drawn part begins; at the chat's end, what has become long is cut again. */
  begin(groups) {
    const newest = Math.max(0, groups.length - SCREENFUL);
    const kept = groups.findIndex((group) => group[0].id >= this.oldest);
    const long = this.stuck && groups.length - kept > 2 * SCREENFUL;
    const start = this.oldest === 0 || kept < 0 || long ? newest : kept;
    this.oldest = groups[start]?.[0].id ?? 0;
    return start;
  }

  more() {
    const onclick = () => this.earlier();
    const button = el("button", { type: "button", class: "earlier", onclick }, "Earlier messages");
    return el("li", { class: "day" }, button);
  }

  /** Draw older messages too, without moving what is being read. */
  earlier(id = 0) {
    const groups = together(this.chat.phone.messages);
    const from = groups.findIndex((group) => group[0].id >= this.oldest);
    const wanted = id ? groups.findLastIndex((group) => group[0].id <= id) : from;
    const start = Math.max(0, Math.min(from, wanted) - SCREENFUL);
    if (start >= from) return;
    this.oldest = groups[start][0].id;
    this.stuck = false;
    const below = this.element.scrollHeight - this.element.scrollTop;
    this.draw(true, false);
    this.element.scrollTop = this.element.scrollHeight - below;
  }

  toEnd(smooth) {
    this.stuck = true;
    this.newest.hidden = true;
    const behavior = smooth && !still() ? "smooth" : "instant";
    this.element.scrollTo({ top: this.element.scrollHeight, behavior });
  }

  /** On the way to the end, by our own smooth scrolling, the chat counts as being there. */
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    const up = scrollTop < (this.above ?? 0);
    this.above = scrollTop;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.stuck = true;
    else if (up) this.stuck = false;
    this.newest.hidden = this.stuck;
    if (scrollTop < NEAR && !this.stuck) this.earlier();
  }

  goTo(id) {
    if (id < this.oldest) this.earlier(id);
    const node = this.shown.get(`message ${id}`)?.node;
    if (!node) return;
    this.stuck = false;
    node.scrollIntoView({ block: "center" });
    this.rove(node);
    node.focus({ preventScroll: true });
    node.classList.remove("changes");
    requestAnimationFrame(() => node.classList.add("changes"));
  }

  /** Only one message of a chat stands in the order of Tab; arrows walk to the others. */
  rove(node) {
    const stop = (message, index) => {
      message.tabIndex = index;
      for (const tool of message.querySelectorAll(".actions button")) tool.tabIndex = index;
    };
    for (const other of this.list.querySelectorAll(".message[tabindex='0']")) stop(other, -1);
    if (node) stop(node, 0);
  }

  walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.target.closest(".key, .play, video")) return;
    const all = [...this.list.querySelectorAll(".message")];
    const here = all.indexOf(event.target.closest(".message"));
    const next = here < 0 ? all.at(-1) : all[here + step];
    if (!next) return;
    event.preventDefault();
    this.rove(next);
    next.focus();
  }
}

function heading(day) {
  return el("li", { class: "day" }, el("span", {}, day));
}
