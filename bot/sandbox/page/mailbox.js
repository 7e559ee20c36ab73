// The Service's mailbox: a list of letters beside the phones, and one of them opened.

import { el, icon, iconButton } from "./dom.js";
import { LetterView, sender } from "./letter.js";

const ID = "mailbox";

const isDigest = (letter) => letter.files.length > 0;

export class MailboxView {
  /** `world` is {time(date), day(date), news(view), letter(letter), opened()}. */
  constructor(mail, world) {
    this.world = world;
    this.phone = { id: ID, name: "Mailbox", role: "staff" }; // what tabs know it by
    this.way = "To the mailbox of the Service";
    this.mail = mail;
    this.news = 0;
    this.read = new Set();
    this.known = new Set(mail.letters.map((letter) => letter.id));
    this.open = null; // the LetterView in front of the list
    this.build();
    this.update(mail);
  }

  build() {
    const name = `who-${ID}`;
    this.badge = el("span", { class: "badge-new", hidden: true });
    this.hint = el("p", { class: "hint" });
    const caption = el(
      "header",
      { class: "caption" },
      el("h2", { id: name }, "Mailbox of the Service"),
      this.badge,
      el("p", { class: "app" }, el("b", {}, "E-mail")),
      this.hint,
    );
    this.address = el("bdi");
    this.counted = el("p", { class: "status" });
    const title = el("div", { class: "title" }, el("h3", {}, this.address), this.counted);
    const avatar = el("span", { class: "avatar" }, icon("mail"));
    this.list = el("ol", { class: "letters", "aria-label": "Letters, newest first" });
    this.empty = el("p", { class: "none" });
    this.inside = el("div", { class: "inside" }, this.list, this.empty);
    const head = el("div", { class: "head" }, avatar, title);
    const screen = el("div", { class: "screen" }, head, this.inside);
    this.element = el(
      "section",
      { class: "phone staff mailbox", id: `phone-${ID}`, "aria-labelledby": name },
      caption,
      el("div", { class: "case" }, screen),
    );
    for (const event of ["pointerenter", "pointerdown", "focusin"]) {
      this.element.addEventListener(event, () => this.seen());
    }
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.open) this.close();
    });
  }

  update(mail) {
    this.mail = mail;
    for (const letter of mail.letters) {
      if (this.known.has(letter.id)) continue;
      this.known.add(letter.id);
      if (!this.element.matches(":hover, :focus-within")) this.news += 1;
      this.world.letter(letter);
    }
    this.address.textContent = mail.address;
    this.hint.textContent = mail.letters.length ? "Open a letter to read it." : mail.hint;
    this.empty.textContent = "No letters yet.";
    this.showNews();
    this.draw();
    if (this.open && !mail.letters.some((letter) => letter.id === this.open.letter.id)) this.close();
  }

  draw() {
    const { letters } = this.mail;
    const held = document.activeElement?.dataset?.letter;
    this.list.replaceChildren(...letters.map((letter) => this.row(letter)));
    if (held !== undefined) this.button(held)?.focus();
    this.empty.hidden = letters.length > 0;
    const unread = letters.filter((letter) => !this.read.has(letter.id)).length;
    const many = letters.length === 1 ? "1 letter" : `${letters.length} letters`;
    this.counted.textContent = unread ? `${many}, ${unread} not read` : many;
  }

  /** Letters with files: the digest brings its table, a code that confirms an address nothing. */
  get digests() {
    return this.mail.letters.filter(isDigest).length;
  }

  get digestRead() {
    return this.mail.letters.some((letter) => isDigest(letter) && this.read.has(letter.id));
  }

  row(letter) {
    const unread = !this.read.has(letter.id);
    const mark = unread ? el("span", { class: "unseen" }, "Not read. ") : null;
    const files = letter.files.length ? icon("attach") : null;
    const what = {
      type: "button",
      class: unread ? "letter unread" : "letter",
      "data-letter": letter.id,
      onclick: () => this.show(letter),
    };
    const at = el("time", { datetime: letter.at }, this.world.time(letter.at));
    return el(
      "li",
      {},
      el(
        "button",
        what,
        mark,
        el("span", { class: "from", dir: "auto" }, sender(letter)),
        el("span", { class: "when" }, files, at),
        el("span", { class: "subject", dir: "auto" }, letter.subject || "No subject"),
        el("span", { class: "glance", dir: "auto" }, letter.glance),
        el("span", { class: "day-of" }, this.world.day(letter.at)),
      ),
    );
  }

  button(id) {
    return this.list.querySelector(`[data-letter="${id}"]`);
  }

  show(letter) {
    this.read.add(letter.id);
    const back = iconButton("back", "Back to all letters", () => this.close(), { class: "round back" });
    this.open = new LetterView(letter, back, this.world);
    this.inside.replaceChildren(this.open.element);
    this.draw();
    back.focus();
    this.world.opened();
  }

  close() {
    const { letter } = this.open;
    const within = this.element.contains(document.activeElement);
    this.open = null;
    this.inside.replaceChildren(this.list, this.empty);
    if (within) (this.button(letter.id) ?? this.list.querySelector("button"))?.focus();
  }

  enter() {
    (this.inside.querySelector("button") ?? this.element).focus();
  }

  brought() {}

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
}
