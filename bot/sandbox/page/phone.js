// One phone: its frame, its chat and what happens in it.

import { drawBubble, inShort, together } from "./bubble.js";
import { Composer } from "./composer.js";
import { el, icon, iconButton, menu, menuItem } from "./dom.js";

const NEAR = 80; // pixels from the end at which a chat follows what is new
const SCREENFUL = 60; // messages drawn at a time: a chat of thousands opens as fast as a short one
const TYPING = 6000; // Telegram itself stops showing an action after about five seconds

export class PhoneView {
  /** `world` is {send(message) → sent?, zone, time(date), day(date)}; `onNews(view, bubble)` hears of new messages. */
  constructor(phone, world, onNews) {
    this.world = world;
    this.onNews = onNews;
    this.phone = phone;
    this.shown = new Map(); // key → {shape, node}
    this.news = 0;
    this.oldest = 0; // the message from which on the chat is drawn
    const act = (what, more = {}) => this.act(what, more);
    this.chat = {
      phone,
      find: (id) => this.phone.messages.find((bubble) => bubble.id === id),
      time: (date) => world.time(date),
      press: (bubble, button) => act("press", { message: bubble.id, data: button.data }),
      reply: (bubble) => this.composer.refer("reply", bubble),
      edit: (bubble) => this.composer.refer("edit", bubble),
      command: (text) => act("write", { text }),
      goTo: (id) => this.goTo(id),
      copy: (text) => navigator.clipboard?.writeText(text).then(() => this.say("Copied"), () => {}),
      say: (text) => this.say(text),
    };
    this.composer = new Composer(this.chat, act);
    this.build();
    this.update(phone, true);
  }

  build() {
    const { phone } = this;
    this.hint = el("p", { class: "hint" });
    this.badge = el("span", { class: "badge-new", hidden: true });
    const caption = el("header", { class: "caption" }, el("h2", { id: `who-${phone.id}`, dir: "auto" }, phone.who), this.badge, this.hint);
    this.status = el("p", { class: "status" });
    this.bot = el("bdi");
    this.more = iconButton("more", "More", () => {});
    this.tools = el("div", { class: "menu tools", hidden: true }, menuItem("restart", "Start again", () => this.act("start")), menuItem("block", "Block the bot", () => this.act(this.phone.blocked ? "unblock" : "block")));
    menu(this.more, this.tools);
    const head = el("div", { class: "head", dir: phone.dir }, el("span", { class: "avatar" }, icon("star")), el("div", { class: "title" }, el("h3", {}, this.bot), this.status), this.more, this.tools);
    this.list = el("ol", { class: "messages" });
    this.scroller = el("div", { class: "scroller", role: "log", "aria-live": "off", "aria-label": `Chat of ${phone.name}`, tabindex: 0 }, this.list);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.walk(event));
    this.stuck = true; // pictures and fonts come late: who stood at the end stays there
    const grown = new ResizeObserver(() => this.stuck && this.toEnd(false));
    grown.observe(this.list);
    grown.observe(this.scroller);
    this.intro = el("div", { class: "intro" });
    this.newest = iconButton("down", "To the newest message", () => this.toEnd(true), { class: "round newest", hidden: true });
    this.toast = el("p", { class: "toast", role: "status", hidden: true });
    this.clock = el("time", { class: "phone-time", "aria-hidden": "true" });
    const screen = el("div", { class: "screen" }, el("div", { class: "top", "aria-hidden": "true" }, this.clock, el("i", { class: "signal" })), head, el("div", { class: "wall" }, this.scroller, this.intro, this.newest, this.toast), this.composer.element);
    this.element = el("section", { class: `phone ${phone.role}`, id: `phone-${phone.id}`, lang: "en", "aria-labelledby": `who-${phone.id}` }, caption, el("div", { class: "case" }, screen));
    for (const name of ["pointerenter", "pointerdown", "focusin"]) this.element.addEventListener(name, () => this.seen());
  }

  act(what, more = {}) {
    return this.world.send({ phone: this.phone.id, do: what, ...more });
  }

  update(phone, first = false) {
    this.phone = this.chat.phone = phone;
    this.bot.textContent = phone.bot;
    this.list.lang = phone.lang ?? "";
    this.element.classList.toggle("blocked", phone.blocked);
    this.showStatus();
    this.tools.lastChild.lastChild.textContent = phone.blocked ? "Unblock the bot" : "Block the bot";
    this.tools.firstChild.hidden = phone.blocked;
    this.intro.hidden = phone.messages.length > 0;
    this.intro.replaceChildren(icon("star"), el("b", { dir: "auto" }, phone.bot), el("span", { dir: "auto" }, phone.about || "No messages here yet. Press Start to open the chat."));
    this.composer.update();
    this.draw(first);
  }

  showStatus() {
    clearTimeout(this.stops);
    const typing = this.phone.typing && !this.phone.blocked;
    this.status.classList.toggle("typing", typing);
    this.status.replaceChildren(...(typing ? ["typing", el("i"), el("i"), el("i")] : [this.phone.blocked ? "bot · blocked" : "bot"]));
    if (typing) this.stops = setTimeout(() => ((this.phone.typing = false), this.showStatus()), TYPING);
  }

  /** Bring the list in line with the phone, touching only what changed. */
  draw(first, stay = first || this.stuck) {
    const wanted = this.items();
    const keys = new Set(wanted.map((item) => item.key));
    for (const [key, { node }] of this.shown) if (!keys.has(key)) (node.remove(), this.shown.delete(key));
    let before = null;
    let own = false;
    for (const item of wanted) {
      const old = this.shown.get(item.key);
      let node = old?.node;
      if (!old || old.shape !== item.shape) {
        node = item.make();
        node.dataset.key = item.key;
        if (old) this.replace(old.node, node);
        else if (!first) {
          node.classList.add("arrives");
          if (item.group) (own ||= item.group[0].mine), this.arrived(item.group);
        }
        this.shown.set(item.key, { shape: item.shape, node });
      }
      const place = before ? before.nextSibling : this.list.firstChild;
      if (node !== place) this.list.insertBefore(node, place);
      before = node;
    }
    this.rove(this.list.querySelector(".message[tabindex='0']") ?? this.list.querySelector(".message:last-of-type"));
    if (stay || own) this.toEnd(!first);
    else this.newest.hidden = this.stuck;
  }

  items() {
    const all = together(this.phone.messages);
    const start = this.begin(all);
    const groups = all.slice(start);
    const items = [];
    let day = "";
    if (start > 0) items.push({ key: "earlier", shape: "", make: () => el("li", { class: "day" }, el("button", { type: "button", class: "earlier", onclick: () => this.earlier() }, "Earlier messages")) });
    groups.forEach((group, index) => {
      const today = this.world.day(group[0].date);
      if (today !== day) items.push({ key: `day ${today}`, shape: today, make: () => el("li", { class: "day" }, el("span", {}, today)) });
      day = today;
      const next = groups[index + 1];
      const tail = !next || next[0].mine !== group[0].mine || group.at(-1).buttons.length > 0;
      const source = group[0].reply_to ? this.chat.find(group[0].reply_to) : null;
      const shape = JSON.stringify([group, tail, this.phone.blocked, source && inShort(source)]);
      items.push({ key: `message ${group[0].id}`, shape, group, make: () => drawBubble(group, this.chat, { tail }) });
    });
    return items;
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

  /** Draw older messages too, without moving what is being read. */
  earlier(id = 0) {
    const groups = together(this.phone.messages);
    const from = groups.findIndex((group) => group[0].id >= this.oldest);
    const wanted = id ? groups.findLastIndex((group) => group[0].id <= id) : from;
    const start = Math.max(0, Math.min(from, wanted) - SCREENFUL);
    if (start >= from) return;
    this.oldest = groups[start][0].id;
    this.stuck = false;
    const below = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.draw(true, false);
    this.scroller.scrollTop = this.scroller.scrollHeight - below;
  }

  replace(old, fresh) {
    const inside = old.contains(document.activeElement) ? [...old.querySelectorAll("button, a")].indexOf(document.activeElement) : null;
    fresh.tabIndex = old.tabIndex;
    fresh.classList.add("changes");
    old.replaceWith(fresh);
    if (inside === null) return;
    (fresh.querySelectorAll("button, a")[inside] ?? fresh).focus({ preventScroll: true });
  }

  arrived(group) {
    if (group[0].mine) return;
    if (!this.element.matches(":hover, :focus-within")) this.news += 1;
    this.showNews();
    this.onNews(this, group[0]);
  }

  seen() {
    if (this.news === 0) return;
    this.news = 0;
    this.showNews();
  }

  showNews() {
    this.badge.hidden = this.news === 0;
    this.badge.textContent = `${this.news} new`;
    this.world.newsChanged(this);
  }

  say(text, stay = 4500) {
    clearTimeout(this.fades);
    this.toast.textContent = text;
    this.toast.hidden = false;
    this.fades = setTimeout(() => (this.toast.hidden = true), stay);
  }

  atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
  }

  toEnd(smooth) {
    this.stuck = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant" });
    this.newest.hidden = true;
  }

  /** On the way to the end, by our own smooth scrolling, the chat counts as being there. */
  scrolled() {
    const up = this.scroller.scrollTop < (this.above ?? 0);
    this.above = this.scroller.scrollTop;
    if (this.atEnd()) this.stuck = true;
    else if (up) this.stuck = false;
    this.newest.hidden = this.stuck;
    if (this.scroller.scrollTop < NEAR && !this.stuck) this.earlier();
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
    for (const other of this.list.querySelectorAll(".message[tabindex='0']")) if (other !== node) this.tabbed(other, -1);
    if (node) this.tabbed(node, 0);
  }

  tabbed(node, index) {
    node.tabIndex = index;
    for (const tool of node.querySelectorAll(".actions button")) tool.tabIndex = index;
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
