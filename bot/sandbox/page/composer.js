// Where the person writes: text, replies, edits, things to send along, commands, Start and Unblock.

import { app } from "./apps.js";
import { el, icon, iconButton, menu, menuItem } from "./dom.js";
import { inShort } from "./bubble.js";

const ICONS = { voice: "mic", huge: "document" };
const CAPTIONED = new Set(["photo", "album", "video", "document"]);
const MESSAGE = {
  ar: "رسالة",
  az: "Mesaj",
  bn: "বার্তা",
  fa: "پیام",
  hi: "संदेश",
  ka: "შეტყობინება",
  ps: "پیغام",
  ru: "Сообщение",
  tk: "Habar",
  tr: "Mesaj",
  uk: "Повідомлення",
  ur: "پیغام",
  uz: "Xabar",
  zh: "消息",
};
const LONGEST = 16_000; // more than one message holds: the app cuts it

export class Composer {
  /** `act(what, more)` does something as this person; `chat` knows the phone and its messages. */
  constructor(chat, act) {
    this.chat = chat;
    this.act = act;
    this.about = null; // {kind: "reply" | "edit", bubble}
    this.note = el("div", { class: "note", hidden: true });
    this.input = el("textarea", {
      rows: 1,
      maxlength: LONGEST,
      enterkeyhint: "send",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.input.addEventListener("input", () => this.fit());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.send = el("button", { type: "submit", class: "round send" });
    this.attach = iconButton("attach", "Send something else", () => {});
    const samples = Object.entries(app(chat.phone).sends).map(([kind, label]) =>
      menuItem(ICONS[kind] ?? kind, label, () => this.sample(kind)),
    );
    this.samples = el("div", { class: "menu", hidden: true }, ...samples);
    this.commands = iconButton("commands", "Commands", () => {}, { class: "round commands" });
    this.list = el("div", { class: "menu commands-list", hidden: true });
    menu(this.attach, this.samples);
    menu(this.commands, this.list);
    this.form = el(
      "form",
      { class: "write", dir: chat.phone.dir },
      this.commands,
      this.input,
      this.attach,
      this.send,
      this.samples,
      this.list,
    );
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.wide = el("button", {
      type: "button",
      class: "wide",
      onclick: () => this.act(this.chat.phone.blocked ? "unblock" : "start"),
    });
    this.element = el("div", { class: "composer" }, this.note, this.form, this.wide);
    this.fit();
  }

  update() {
    const { phone } = this.chat;
    const begins = document.activeElement === this.wide;
    this.form.hidden = phone.blocked || (app(phone).starts && phone.messages.length === 0);
    this.wide.hidden = !this.form.hidden;
    if (begins && this.wide.hidden) this.input.focus();
    const word = phone.blocked ? "Unblock" : "Start";
    if (this.wide.textContent !== word) this.wide.textContent = word;
    this.input.placeholder = MESSAGE[phone.lang?.slice(0, 2)] ?? "Message";
    this.input.setAttribute("aria-label", `Write as ${phone.name}`);
    this.commands.hidden = phone.commands.length === 0;
    this.offer(phone.commands);
    if (this.about && !this.chat.find(this.about.bubble.id)) this.clear();
    this.note.hidden = !this.about || this.form.hidden;
    this.fit();
  }

  offer(commands) {
    const shape = JSON.stringify(commands);
    if (shape === this.offered) return;
    this.offered = shape;
    this.list.replaceChildren(
      ...commands.map(({ command, description }) => {
        const onclick = () => this.act("write", { text: `/${command}` });
        const what = { type: "button", role: "menuitem", tabindex: -1, onclick };
        const name = el("b", { dir: "ltr" }, `/${command}`);
        return el("button", what, name, el("span", { dir: "auto" }, description));
      }),
    );
  }

  fit() {
    const { input } = this;
    // an empty box takes the side of the person's script, a filled one the side of its words
    input.dir = input.value ? "auto" : (this.chat.phone?.dir ?? "auto");
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 132)}px`;
    const speaks = !input.value.trim() && this.about?.kind !== "edit";
    if (this.speaks === speaks) return;
    this.speaks = speaks;
    const label = speaks ? "Send a sample voice message" : "Send";
    this.send.replaceChildren(icon(speaks ? "mic" : "send"));
    this.send.setAttribute("aria-label", label);
    this.send.title = label;
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (this.input.value.trim()) this.submit();
    } else if (event.key === "Escape" && this.about) {
      this.drop();
    } else if (event.key === "ArrowUp" && !this.input.value && app(this.chat.phone).edits) {
      const own = this.chat.phone.messages.findLast((bubble) => bubble.mine && bubble.text);
      if (own) (event.preventDefault(), this.refer("edit", own));
    }
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return this.act("voice", this.replied());
    const done =
      this.about?.kind === "edit"
        ? this.act("edit", { message: this.about.bubble.id, text })
        : this.act("write", { text, ...this.replied() });
    if (done) this.drop(true);
  }

  sample(kind) {
    const caption =
      CAPTIONED.has(kind) && this.about?.kind !== "edit" ? this.input.value.trim() : "";
    if (this.act(kind, { caption, ...this.replied() })) this.drop(Boolean(caption));
    this.input.focus();
  }

  replied() {
    return this.about?.kind === "reply" ? { reply_to: this.about.bubble.id } : {};
  }

  refer(kind, bubble) {
    const { phone } = this.chat;
    if (this.about?.kind === "edit" || kind === "edit")
      this.input.value = kind === "edit" ? bubble.text : "";
    this.about = { kind, bubble };
    const title =
      kind === "edit" ? "Edit message" : `Reply to ${bubble.mine ? phone.name : phone.bot}`;
    const close = iconButton("close", kind === "edit" ? "Stop editing" : "Stop replying", () =>
      this.drop(),
    );
    this.note.replaceChildren(
      icon(kind),
      el("div", {}, el("b", {}, title), el("span", { dir: "auto" }, inShort(bubble))),
      close,
    );
    this.note.hidden = false;
    this.fit();
    this.input.focus();
  }

  drop(sent = false) {
    this.clear(sent);
    this.input.focus();
  }

  /** Back to an ordinary message; what was typed stays unless it was sent or was an edit. */
  clear(sent = false) {
    if (sent || this.about?.kind === "edit") this.input.value = "";
    this.about = null;
    this.note.hidden = true;
    this.note.replaceChildren();
    this.fit();
  }
}
