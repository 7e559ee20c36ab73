// The sheet that a list opens: rows to choose one from, above the lower part of the chat.

import { el, iconButton } from "./dom.js";

export class Sheet {
  /** `press(bubble, row)` chooses a row; `dir` is the person's side to begin at. */
  constructor(press, dir) {
    this.press = press;
    this.title = el("b", { dir: "auto" });
    this.rows = el("div", { class: "rows" });
    const close = iconButton("close", "Close the list", () => this.close());
    const head = el("div", { class: "sheet-head" }, close, this.title);
    this.panel = el("div", { class: "panel", role: "dialog", dir }, head, this.rows);
    this.element = el("div", { class: "sheet", hidden: true }, this.panel);
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.close();
    });
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  /** Show what can be chosen under this message; `opener` gets the focus back. */
  open(bubble, opener) {
    this.opener = opener;
    this.about = bubble.id;
    this.title.textContent = bubble.list;
    this.panel.setAttribute("aria-label", bubble.list);
    this.rows.replaceChildren(...bubble.buttons.flat().map((row) => this.row(bubble, row)));
    this.element.hidden = false;
    this.rows.firstElementChild?.focus();
  }

  row(bubble, row) {
    const onclick = () => {
      this.close();
      this.press(bubble, row);
    };
    const name = el("b", { dir: "auto" }, row.label);
    const more = row.description && el("small", { dir: "auto" }, row.description);
    const words = el("span", { class: "words" }, name, more);
    return el("button", { type: "button", class: "choice", onclick }, words, el("i"));
  }

  close() {
    const held = this.element.contains(document.activeElement);
    this.element.hidden = true;
    if (held && this.opener?.isConnected) this.opener.focus({ preventScroll: true });
  }

  /** Arrows walk over the rows, Tab stays inside, Escape closes. */
  key(event) {
    const all = [...this.panel.querySelectorAll("button")];
    const forward = event.key === "ArrowDown" || (event.key === "Tab" && !event.shiftKey);
    const back = event.key === "ArrowUp" || (event.key === "Tab" && event.shiftKey);
    if (event.key === "Escape") this.close();
    if (!forward && !back) return;
    event.preventDefault();
    const here = all.indexOf(document.activeElement);
    all[(here + (forward ? 1 : -1) + all.length) % all.length].focus();
  }
}
