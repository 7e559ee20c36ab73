// The world's clock: what time it is there, how times are written, and the buttons that let it pass.

import { el } from "./dom.js";

const DAY = 24 * 60;
const CLOSES = "which closes WhatsApp’s window";
const TIME = { hour: "2-digit", minute: "2-digit" };

export class Clock {
  /** `onJump({minutes} or {to})` lets time pass and says whether it could be asked for. */
  constructor(element, onJump) {
    this.element = element;
    this.face = element.querySelector("time");
    this.zone = "UTC";
    this.world = 0; // the world's time in ms when `read` was this page's own
    this.read = 0;
    this.jump = (far) => onJump(far) && this.wait(true);
    this.jumps = element.querySelector(".jumps");
    this.spans = [
      step("+15 min", "15 minutes", () => this.jump({ minutes: 15 })),
      step("+1 hour", "one hour", () => this.jump({ minutes: 60 })),
      (this.day = step("+1 day", "one day", () => this.jump({ minutes: DAY }))),
    ];
    this.drawn = "";
  }

  set({ clock, zone, jumps, jumping, phones, moments }) {
    this.offer(moments);
    this.zone = zone;
    this.world = Date.parse(clock);
    this.read = performance.now();
    this.element.hidden = false;
    this.jumps.hidden = !jumps;
    call(this.day, phones.some(hasWindow) ? `one day, ${CLOSES}` : "one day");
    this.wait(jumping);
    this.show();
  }

  /** The moments of the week are the sandbox's: it knows the council's calendar. */
  offer(moments) {
    const shape = JSON.stringify(moments);
    if (shape === this.drawn) return;
    this.drawn = shape;
    const days = moments.map(({ name, label, words }) =>
      step(label, words, () => this.jump({ to: name })),
    );
    this.jumps.replaceChildren(...this.spans, ...days);
  }

  wait(jumping) {
    for (const button of this.jumps.children) button.disabled = jumping;
  }

  now() {
    return new Date(this.world + performance.now() - this.read);
  }

  write(date, options) {
    const how = { timeZone: this.zone, hourCycle: "h23", ...options };
    return new Intl.DateTimeFormat("en-GB", how).format(new Date(date));
  }

  time(date) {
    return this.write(date, TIME);
  }

  date(date) {
    return this.write(date, { weekday: "long", day: "numeric", month: "long" });
  }

  show() {
    const now = this.now();
    const date = ` ${this.write(now, { day: "numeric", month: "short" })}`;
    const weekday = this.write(now, { weekday: "short" });
    const rest = el("span", { class: "date" }, date);
    this.face.replaceChildren(weekday, rest, `, ${this.time(now)}`);
    this.face.setAttribute("datetime", now.toISOString());
  }
}

const hasWindow = (phone) => phone.window !== undefined;

function step(label, words, onclick) {
  const [first, ...rest] = label.split(" ");
  const hour = rest.length ? el("span", { class: "rest" }, ` ${rest.join(" ")}`) : null;
  const button = el("button", { type: "button", onclick }, first, hour);
  call(button, words);
  return button;
}

function call(button, words) {
  button.title = `Jump ahead: ${words}`;
  button.setAttribute("aria-label", button.title);
}
