// One opened letter: its head, its page in a frame that can do nothing, its text, its files.

import { el, icon, iconButton } from "./dom.js";
import { bytes } from "./media.js";

// no scripts, no forms, no windows, no way to the page around it; the page around it may print it
const SANDBOX = "allow-same-origin allow-modals";
const LOST = "This letter is no longer in the mailbox.";

/** Who wrote it, in short: a name where there is one. */
export function sender({ from }) {
  return from.replace(/\s*<[^<>]*>\s*$/, "").replace(/^"(.*)"$/, "$1") || from || "Nobody";
}

export class LetterView {
  constructor(letter, back, world) {
    this.letter = letter;
    this.body = el("div", { class: "body" });
    this.tabs = [];
    if (letter.html) this.tabs.push(this.tab("Page", () => this.showPage()));
    if (letter.plain || !letter.html) this.tabs.push(this.tab("Plain text", () => this.showText()));
    const print = iconButton("print", "Print the page", () => this.frame?.contentWindow.print());
    print.hidden = !letter.html;
    const views = el("div", { class: "views", role: "group", "aria-label": "Show the letter as" });
    views.append(...this.tabs);
    const written = letter.dated || letter.at;
    const facts = el(
      "p",
      { class: "facts" },
      el("bdi", {}, letter.from || "Nobody"),
      " → ",
      el("bdi", {}, letter.to),
      el("br"),
      el("time", { datetime: written }, `${world.day(written)}, ${world.time(written)}`),
    );
    const subject = el("h4", { dir: "auto" }, letter.subject || "No subject");
    this.element = el(
      "article",
      { class: "opened", "aria-label": "Letter" },
      el("header", { class: "top-line" }, back, views, print),
      el("div", { class: "about" }, subject, facts),
      this.body,
      this.files(),
    );
    this.tabs[0].click();
  }

  tab(label, show) {
    const button = el("button", { type: "button", "aria-pressed": "false" }, label);
    button.addEventListener("click", () => {
      for (const each of this.tabs) each.setAttribute("aria-pressed", String(each === button));
      show();
    });
    return button;
  }

  showPage() {
    this.frame = el("iframe", {
      class: "sheet-of-mail",
      title: "The letter’s page",
      sandbox: SANDBOX,
      referrerpolicy: "no-referrer",
      src: `/mail/${this.letter.id}/page`,
    });
    this.body.replaceChildren(this.frame);
  }

  async showText() {
    const text = el("pre", { class: "plain", tabindex: 0, "aria-label": "The letter’s text" });
    this.body.replaceChildren(text);
    const answer = await fetch(`/mail/${this.letter.id}/text`).catch(() => null);
    text.textContent = answer?.ok ? await answer.text() : LOST;
  }

  files() {
    const { files } = this.letter;
    if (!files.length) return null;
    return el(
      "ul",
      { class: "enclosed", "aria-label": "Files that came with it" },
      ...files.map(({ name, size, src }) =>
        el(
          "li",
          {},
          el(
            "a",
            { class: "file", href: src, download: name },
            el("span", { class: "badge" }, icon("document")),
            el("span", { class: "words" }, el("b", { dir: "auto" }, name), el("small", {}, bytes(size))),
          ),
        ),
      ),
    );
  }
}
