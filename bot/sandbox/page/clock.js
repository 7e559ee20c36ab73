// The world's clock: what time it is there, how times are written, and the buttons that let it pass.

import { el } from "./dom.js";

const DAY = 24 * 60;
const MONDAY_AT = 9 * 60;
const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const CLOSES = "which closes WhatsApp’s window";
const TIME = { hour: "2-digit", minute: "2-digit" };

export class Clock {
  /** `onJump(minutes)` lets time pass and says whether it could be asked for. */
  constructor(element, onJump) {
    this.element = element;
    this.face = element.querySelector("time");
    this.zone = "UTC";
    this.world = 0; // the world's time in ms when `read` was this page's own
    this.read = 0;
    const jump = (minutes) => onJump(minutes) && this.wait(true);
    this.jumps = element.querySelector(".jumps");
    this.jumps.replaceChildren(
      step("+15 min", "15 minutes", () => jump(15)),
      step("+1 hour", "one hour", () => jump(60)),
      (this.day = step("+1 day", "one day", () => jump(DAY))),
      step("Monday", "next Monday, 9 in the morning", () => jump(this.untilMonday())),
    );
  }

  set({ clock, zone, jumps, jumping, phones }) {
    this.zone = zone;
    this.world = Date.parse(clock);
    this.read = performance.now();
    this.element.hidden = false;
    this.jumps.hidden = !jumps;
    call(this.day, phones.some(hasWindow) ? `one day, ${CLOSES}` : "one day");
    this.wait(jumping);
    this.show();
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

  untilMonday() {
    const now = this.now();
    const today = WEEK.indexOf(this.write(now, { weekday: "short" }));
    const [hours, minutes] = this.time(now).split(":").map(Number);
    return (7 - today) * DAY + MONDAY_AT - hours * 60 - minutes;
  }
}

const hasWindow = (phone) => phone.window !== undefined;

function step(label, words, onclick) {
  const button = el("button", { type: "button", onclick }, label);
  call(button, words);
  return button;
}

function call(button, words) {
  button.title = `Jump ahead: ${words}`;
  button.setAttribute("aria-label", button.title);
}
