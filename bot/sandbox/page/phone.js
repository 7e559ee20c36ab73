// One phone: its frame, its head, and the chat and the composer in it.

import { app } from "./apps.js";
import { ChatView } from "./chat.js";
import { Composer } from "./composer.js";
import { el, icon, iconButton, menu, menuItem } from "./dom.js";
import { Sheet } from "./sheet.js";

const NOTICE = 4500;

export class PhoneView {
  /**
   * `world` is {send(message) → sent?, time(date), day(date), news(view), arrived(view, bubble)}.
   */
  constructor(phone, world) {
    this.world = world;
    this.phone = phone;
    this.news = 0;
    this.context = {
      phone,
      find: (id) => this.phone.messages.find((bubble) => bubble.id === id),
      time: (date) => world.time(date),
      press: (bubble, button) => this.act("press", { message: bubble.id, data: button.data }),
      choose: (bubble, opener) => this.sheet.open(bubble, opener),
      reply: (bubble) => this.composer.refer("reply", bubble),
      edit: (bubble) => this.composer.refer("edit", bubble),
      command: (text) => this.act("write", { text }),
      goTo: (id) => this.chat.goTo(id),
      copy: (text) => this.copy(text),
      say: (text) => this.say(text),
    };
    this.sheet = new Sheet(this.context.press, phone.dir);
    this.composer = new Composer(this.context, (what, more) => this.act(what, more));
    this.chat = new ChatView(this.context, world.day, (bubble) => this.arrived(bubble));
    this.build();
    this.update(phone, true);
  }

  build() {
    const { phone } = this;
    this.intro = el("div", { class: "intro" });
    this.toast = el("p", { class: "toast", role: "status", hidden: true });
    this.clock = el("time", { class: "phone-time" });
    const signal = el("i", { class: "signal" });
    const top = el("div", { class: "top", "aria-hidden": "true" }, this.clock, signal);
    const { element, newest } = this.chat;
    const wall = el("div", { class: "wall" }, element, this.intro, newest, this.toast);
    const { composer, sheet } = this;
    const parts = [top, this.head(), wall, composer.element, sheet.element];
    const screen = el("div", { class: "screen" }, ...parts);
    const name = `who-${phone.id}`;
    this.element = el(
      "section",
      { class: `phone ${phone.role} ${phone.channel}`, id: `phone-${phone.id}`, "aria-labelledby": name },
      this.caption(name),
      el("div", { class: "case" }, screen),
    );
    for (const event of ["pointerenter", "pointerdown", "focusin"]) {
      this.element.addEventListener(event, () => this.seen());
    }
  }

  caption(id) {
    this.hint = el("p", { class: "hint" });
    this.badge = el("span", { class: "badge-new", hidden: true });
    const who = el("h2", { id, dir: "auto" }, this.phone.who);
    this.closed = el("span", { class: "closed", hidden: true }, "window closed");
    const name = el("b", {}, app(this.phone).name);
    const where = el("p", { class: "app" }, name, this.closed);
    return el("header", { class: "caption" }, who, this.badge, where, this.hint);
  }

  head() {
    this.status = el("p", { class: "status" });
    this.bot = el("bdi");
    const title = el("div", { class: "title" }, el("h3", {}, this.bot), this.status);
    const more = iconButton("more", "More", () => {});
    const block = () => this.act(this.phone.blocked ? "unblock" : "block");
    this.restart = menuItem("restart", "Start again", () => this.act("start"));
    this.receipts = menuItem("ticks", "", () => this.act("receipts"));
    this.block = menuItem("block", "", block);
    const items = [this.restart, this.receipts, this.block];
    const tools = el("div", { class: "menu tools", hidden: true }, ...items);
    menu(more, tools);
    const avatar = el("span", { class: "avatar" }, icon("star"));
    return el("div", { class: "head", dir: this.phone.dir }, avatar, title, more, tools);
  }

  act(what, more = {}) {
    return this.world.send({ phone: this.phone.id, do: what, ...more });
  }

  update(phone, first = false) {
    this.phone = this.context.phone = phone;
    this.bot.textContent = phone.bot;
    this.element.classList.toggle("blocked", phone.blocked);
    this.showStatus();
    this.showTools();
    this.closed.hidden = phone.window !== false || phone.messages.length === 0;
    this.intro.hidden = phone.messages.length > 0;
    const about = el("span", { dir: "auto" }, phone.about || app(phone).empty);
    this.intro.replaceChildren(icon("star"), el("b", { dir: "auto" }, phone.bot), about);
    this.composer.update();
    this.chat.draw(first);
  }

  showTools() {
    const { phone } = this;
    this.block.lastChild.textContent = app(phone).block[phone.blocked ? 1 : 0];
    this.restart.hidden = phone.blocked || !app(phone).starts;
    this.receipts.hidden = phone.receipts === undefined;
    const word = `Turn ${phone.receipts ? "off" : "on"} read receipts`;
    this.receipts.lastChild.textContent = word;
  }

  showStatus() {
    clearTimeout(this.stops);
    const { phone } = this;
    const typing = phone.typing && !phone.blocked;
    this.status.classList.toggle("typing", typing);
    const words = app(phone).status(phone);
    this.status.replaceChildren(...(typing ? ["typing", el("i"), el("i"), el("i")] : [words]));
    if (!typing) return;
    this.stops = setTimeout(() => {
      phone.typing = false;
      this.showStatus();
    }, app(phone).typing);
  }

  /** How the way here is called, for those who walk with the keyboard. */
  get way() {
    return `To ${this.phone.name}’s phone`;
  }

  enter() {
    const boxes = this.composer.element.querySelectorAll("textarea, .wide");
    [...boxes].find((box) => box.offsetParent)?.focus();
  }

  brought() {
    this.chat.toEnd(false);
  }

  arrived(bubble) {
    if (!this.element.matches(":hover, :focus-within")) this.news += 1;
    this.showNews();
    this.world.arrived(this, bubble);
  }

  seen() {
    if (this.news === 0) return;
    this.news = 0;
    this.showNews();
  }

  showNews() {
    this.badge.hidden = this.news === 0;
    this.badge.textContent = `${this.news} new`;
    this.world.news(this);
  }

  say(text) {
    clearTimeout(this.fades);
    this.toast.textContent = text;
    this.toast.hidden = false;
    this.fades = setTimeout(() => (this.toast.hidden = true), NOTICE);
  }

  copy(text) {
    const done = (word) => () => this.say(word);
    navigator.clipboard?.writeText(text).then(done("Copied"), done("The browser refused to copy."));
  }
}
