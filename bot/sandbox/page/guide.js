// The guide: the steps of one request's life on a strip that watches and never blocks.

import { el, iconButton } from "./dom.js";
import { END, STEPS, tellers } from "./story.js";

const KEPT = "guide";

/** What this tab remembers of the guide, where browsers let it remember anything. */
function kept(value) {
  try {
    if (value) sessionStorage.setItem(KEPT, value);
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

export class Guide {
  /** `point(id | "clock" | null)` lights up where to go next; `show(id)` goes there. */
  constructor(element, point, show) {
    this.element = element;
    this.point = point;
    this.show = show;
    this.presses = new Map();
    this.jumped = false;
    this.step = 0;
    this.seen = 0;
    this.off = kept() === "off";
  }

  pressed(phone, message) {
    if (!this.presses.has(phone)) this.presses.set(phone, new Set());
    this.presses.get(phone).add(message);
  }

  /** Forget the story: the world behind the page is a new one. */
  restart() {
    this.presses.clear();
    this.jumped = false;
    this.step = this.seen = 0;
  }

  update(phones, jumps, mailbox) {
    const has = (role) => phones.some((phone) => phone.role === role);
    this.usable = has("migrant") && has("member");
    if (!this.usable) return this.draw();
    this.steps = STEPS.slice(0, STEPS.length - (jumps ? (mailbox ? 0 : 1) : 2));
    const { story, far } = tellers(phones, this.presses, this.jumped, mailbox);
    this.story = story;
    if (far > this.seen) {
      this.seen = far;
      this.step = Math.max(this.step, Math.min(far, this.steps.length));
    }
    this.draw();
  }

  go(step) {
    this.step = Math.min(Math.max(step, 0), this.steps.length);
    this.draw();
    const target = this.steps[this.step]?.at(this.story);
    if (target && target !== "clock") this.show(target.id);
  }

  toggle(off) {
    this.off = off;
    kept(off ? "off" : "on");
    this.draw();
    this.element.querySelector("button")?.focus();
  }

  draw() {
    this.element.hidden = !this.usable;
    if (!this.usable) return this.point(null);
    this.element.classList.toggle("off", this.off);
    const target = this.off ? null : this.steps[this.step]?.at(this.story);
    this.point(target === "clock" ? target : (target?.id ?? null));
    const shape = this.off ? "off" : `${this.step} ${this.seen} ${this.words()}`;
    if (shape === this.drawn) return;
    this.drawn = shape;
    const focused = document.activeElement;
    const held = this.element.contains(focused) ? focused.dataset.step : undefined;
    this.element.replaceChildren(...(this.off ? [this.again()] : this.parts()));
    if (held !== undefined) this.element.querySelector(`[data-step="${held}"]`)?.focus();
  }

  again() {
    const onclick = () => this.toggle(false);
    return el("button", { type: "button", class: "again", onclick }, "Guide me");
  }

  parts() {
    const say = el("p", { class: "say", role: "status" }, this.words());
    const end = { class: "round end" };
    const close = iconButton("close", "Hide the guide", () => this.toggle(true), end);
    const steps = this.steps.map((step, index) => this.chip(step, index));
    return [el("ol", { class: "steps" }, ...steps), say, close];
  }

  words() {
    return this.steps[this.step]?.text(this.story) ?? END;
  }

  chip(step, index) {
    const state = index < this.step ? "done" : index === this.step ? "now" : "";
    const number = el("span", { class: "number" }, state === "done" ? "✓" : String(index + 1));
    const name = el("span", { class: "name" }, step.title);
    const current = state === "now" ? "step" : null;
    const onclick = () => this.go(index);
    const what = { type: "button", "data-step": index, "aria-current": current, onclick };
    return el("li", { class: state }, el("button", what, number, name));
  }
}
