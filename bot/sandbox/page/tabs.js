// Where not all phones fit: tabs with what is new on each, and the way to a phone for keyboards.

import { el, still } from "./dom.js";

export class Tabs {
  constructor(views) {
    this.views = views; // id → PhoneView or MailboxView
    this.bar = document.getElementById("tabs");
    this.skip = document.getElementById("skip");
    this.deck = document.getElementById("deck");
    this.current = null; // the phone in front where only one fits
    new ResizeObserver(() => this.measure()).observe(this.deck);
  }

  draw() {
    const phones = [...this.views.values()].map((view) => view.phone);
    if (!this.views.has(this.current)) this.current = phones[0]?.id ?? null;
    this.bar.replaceChildren(...phones.map((phone) => this.tab(phone)));
    this.skip.replaceChildren(...phones.map((phone) => this.link(phone)));
    for (const view of this.views.values()) this.count(view);
    this.front(this.current);
    this.measure();
  }

  tab(phone) {
    const onclick = () => this.bring(phone.id);
    const what = { type: "button", class: phone.role, "data-phone": phone.id, onclick };
    const service = phone.role === "staff" && phone.who;
    const name = el("span", { dir: "auto" }, service || phone.name.split(" ")[0]);
    return el("button", what, name, el("span", { class: "badge-new" }));
  }

  link(phone) {
    const onclick = (event) => {
      event.preventDefault();
      this.bring(phone.id);
      this.views.get(phone.id).enter();
    };
    return el("a", { href: `#phone-${phone.id}`, onclick }, this.views.get(phone.id).way);
  }

  count({ phone, news }) {
    const badge = this.bar.querySelector(`[data-phone="${phone.id}"] .badge-new`);
    if (!badge) return;
    badge.hidden = news === 0;
    badge.textContent = String(news);
    badge.setAttribute("aria-label", `${news} new`);
  }

  point(target) {
    for (const tab of this.bar.children) {
      tab.classList.toggle("next", tab.dataset.phone === String(target));
    }
  }

  front(id) {
    this.current = id;
    for (const [each, view] of this.views) view.element.classList.toggle("front", each === id);
    for (const tab of this.bar.children) {
      tab.setAttribute("aria-pressed", String(tab.dataset.phone === String(id)));
    }
  }

  bring(id) {
    const view = this.views.get(id);
    if (!view) return;
    this.front(id);
    view.seen();
    view.brought();
    const behavior = still() ? "instant" : "smooth";
    view.element.scrollIntoView({ inline: "center", block: "nearest", behavior });
  }

  measure() {
    const over = this.deck.scrollWidth > this.deck.clientWidth + 4;
    document.body.classList.toggle("overflows", over);
  }
}
