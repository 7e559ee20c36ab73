// The guided tour: five steps of one request's life, and a hint for each phone. It watches, never blocks.

import { el, iconButton } from "./dom.js";

const REFERENCE = /\d{4}\s\d{4}\s\d/; // MC 4827 1935 6
const KEPT = "guide";

const fromBot = (phone) => phone.messages.filter((bubble) => !bubble.mine);
const said = (phone) => phone.messages.filter((bubble) => bubble.mine && !(bubble.text.startsWith("/") && !bubble.media));
const named = (bubble) => REFERENCE.test(bubble.text);
const first = (phone) => phone.name.split(" ")[0];

const STEPS = [
  {
    title: "Say hello",
    text: ({ asks }) => `On ${first(asks)}’s phone, press Start and answer the bot’s first questions with its buttons.`,
    at: ({ asks }) => asks,
  },
  {
    title: "Ask for help",
    text: ({ asks }) => `Write about any problem as ${first(asks)}, in any language, and send it to the council with the button.`,
    at: ({ asks }) => asks,
  },
  {
    title: "A member answers",
    text: ({ answers }) => `The request is now on ${first(answers)}’s phone. Take it, write an answer and confirm it.`,
    at: ({ answers }) => answers,
  },
  {
    title: "Read the answer",
    text: ({ asks }) => `${first(asks)} has the answer. Say with a button whether it helped.`,
    at: ({ asks }) => asks,
  },
  {
    title: "Let time pass",
    text: () => "Jump a day ahead, above, and see whom the bot reminds of what.",
    at: () => "clock",
  },
];
const END = "That is the whole way of a request. Now try a voice message, block the bot, jump to Monday.";

/** What is plainly visible on the phones: the step that the story has reached, 0 to 5. */
export function reached({ asks, answers }, presses, jumped) {
  const filed = fromBot(asks).find(named);
  const card = answers && fromBot(answers).find(named);
  if (!filed || !card) return said(asks).length || presses.has(asks.id) ? 1 : 0;
  const reply = said(answers).find((bubble) => bubble.id > card.id);
  // the member's chat may already be emptied of what they wrote: an answer also shows by its many buttons
  const answering = (bubble) => bubble.buttons.flat().length > 2 || (reply && bubble.date >= reply.date);
  const answer = fromBot(asks).findLast((bubble) => named(bubble) && bubble.id !== filed.id && answering(bubble));
  if (!answer) return 2;
  const after = asks.messages.some((bubble) => bubble.id > answer.id && (bubble.mine || !named(bubble)));
  const read = after || answer.edited || presses.get(asks.id)?.has(answer.id);
  if (!read) return 3;
  return jumped ? 5 : 4;
}

/** One line for one phone: what a stranger can do there now. */
export function hint(phone, phones) {
  const { messages, role } = phone;
  if (phone.blocked) return "Has blocked the bot. Unblock it below.";
  const last = messages.at(-1);
  const asks = phones.find((other) => other.role === "migrant");
  if (role === "operator") return messages.length ? "Alerts arrive here: ids only, never texts." : "Runs the bot. Press Start to receive alerts.";
  if (role === "member") {
    if (!messages.length) return "Reads requests and answers them. Press Start.";
    const own = said(phone).at(-1);
    if (own && own === last) return "The bot is reading …";
    if (own && own === messages.at(-2) && last.buttons.length) return "Check what the migrant will see, then confirm.";
    if (fromBot(phone).some((bubble) => named(bubble) && bubble.buttons.length)) return "A request is here. Its buttons do the rest.";
    if (fromBot(phone).some(named)) return "Done. The next request comes by itself.";
    return asks ? `Waiting for a request. Write one as ${first(asks)}.` : "Waiting for a request.";
  }
  if (!messages.length) return "Needs help from the council. Press Start.";
  if (last.mine) return "The bot is reading …";
  if (last.buttons.length) return said(phone).length ? "Press a button, or just go on writing." : "Answer with a button below the message.";
  return "Write anything, or send a photo or a voice.";
}

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
  /** `point(phoneId | "clock" | null)` lights up where to go next; `show(phoneId)` brings a phone into view. */
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

  update(phones, jumps) {
    const asking = phones.filter((phone) => phone.role === "migrant");
    const members = phones.filter((phone) => phone.role === "member");
    this.steps = jumps ? STEPS : STEPS.slice(0, -1);
    this.usable = asking.length > 0 && members.length > 0;
    if (!this.usable) return this.draw();
    // the migrant who is furthest tells the story, with the member who got the card
    const stories = asking.map((asks) => {
      const filed = fromBot(asks).find(named);
      const reference = filed?.text.match(REFERENCE)[0];
      const answers = members.find((member) => reference && fromBot(member).some((bubble) => bubble.text.includes(reference))) ?? members[0];
      return { asks, answers };
    });
    const far = stories.map((story) => Math.min(reached(story, this.presses, this.jumped), this.steps.length));
    const best = far.indexOf(Math.max(...far));
    this.story = stories[best];
    if (far[best] > this.seen) {
      this.seen = far[best];
      this.step = Math.max(this.step, this.seen);
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
    const held = this.element.contains(document.activeElement) ? document.activeElement.dataset.step : undefined;
    if (this.off) return this.element.replaceChildren(el("button", { type: "button", class: "again", onclick: () => this.toggle(false) }, "Guide me"));
    this.element.replaceChildren(this.strip(), el("p", { class: "say", role: "status" }, this.words()), iconButton("close", "Hide the guide", () => this.toggle(true), { class: "round end" }));
    if (held !== undefined) this.element.querySelector(`[data-step="${held}"]`)?.focus();
  }

  words() {
    return this.steps[this.step]?.text(this.story) ?? END;
  }

  strip() {
    const chips = this.steps.map((step, index) => {
      const state = index < this.step ? "done" : index === this.step ? "now" : "";
      const number = el("span", { class: "number" }, index < this.step ? "✓" : String(index + 1));
      return el("li", { class: state }, el("button", { type: "button", "data-step": index, "aria-current": state === "now" ? "step" : null, onclick: () => this.go(index) }, number, el("span", { class: "name" }, step.title)));
    });
    return el("ol", { class: "steps" }, ...chips);
  }
}
