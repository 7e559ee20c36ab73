// The story of one request, read from what is plainly on the phones, and a hint for each phone.

import { app } from "./apps.js";

const REFERENCE = /\d{4}\s\d{4}\s\d/; // MC 4827 1935 6
const CONFIRM = 3; // the buttons under a preview: send, change, cancel

const fromBot = (phone) => phone.messages.filter((bubble) => !bubble.mine);
const said = (phone) =>
  phone.messages
    .filter((bubble) => bubble.mine && !(bubble.text.startsWith("/") && !bubble.media))
    .filter((bubble) => !isPress(bubble, phone));
/** What was said once the chat was open: where no button opens it, the first words do. */
const told = (phone) => said(phone).slice(app(phone).starts ? 0 : 1);
/** In some apps a pressed button is a message of its own. */
const isPress = ({ reply_to, text }, phone) =>
  phone.messages
    .find((bubble) => bubble.id === reply_to)
    ?.buttons.flat()
    .some((button) => button.label === text);
const named = (bubble) => REFERENCE.test(bubble.text);
const first = (phone) => phone.name.split(" ")[0];

export const STEPS = [
  {
    title: "Say hello",
    text: ({ asks }) =>
      app(asks).starts
        ? `On ${first(asks)}’s phone, press Start and answer the bot’s first questions with its buttons.`
        : `On ${first(asks)}’s phone, write hello and answer the bot’s first questions with its buttons.`,
    at: ({ asks }) => asks,
  },
  {
    title: "Ask for help",
    text: ({ asks }) =>
      `Write about any problem as ${first(asks)}, in any language, and send it with the button.`,
    at: ({ asks }) => asks,
  },
  {
    title: "A member answers",
    text: ({ answers }) =>
      `The request is now on ${first(answers)}’s phone. Take it, write an answer and confirm it.`,
    at: ({ answers }) => answers,
  },
  {
    title: "Read the answer",
    text: ({ asks }) => `${first(asks)} has the answer. Say with a button whether it helped.`,
    at: ({ asks }) => asks,
  },
  {
    title: "Let time pass",
    text: ({ asks }) =>
      `Jump a day ahead, above, and see whom the bot reminds of what.${asks.window === undefined ? "" : " WhatsApp’s window closes, too."}`,
    at: () => "clock",
  },
  {
    title: "The Service reads",
    text: ({ letters }) =>
      letters
        ? "The Service has its weekly page: numbers and the council’s words, nobody’s request. Open it in the mailbox."
        : "On Friday the chair gets a draft to look at. Jump to Monday, above: the digest goes to the Service, by e-mail and in its chat.",
    at: ({ letters }) => (letters ? { id: "mailbox" } : "clock"),
  },
];
export const END =
  "That is the whole way of a request. Now try a voice message, block the bot, write as the Service.";

/** What is plainly visible on the page: the step that the story has reached, 0 to 6. */
export function reached({ asks, answers }, presses, jumped, opened) {
  const filed = fromBot(asks).find(named);
  const card = answers && fromBot(answers).find(named);
  // two questions come first: the language, and whether the bot may keep what is written
  if (!filed || !card) return told(asks).length || presses.get(asks.id)?.size > 1 ? 1 : 0;
  const reply = said(answers).find((bubble) => bubble.id > card.id);
  // the member's chat may be emptied of their words by now: many buttons show an answer too
  const answering = (bubble) =>
    bubble.buttons.flat().length > 2 || (reply && bubble.date >= reply.date);
  const answer = fromBot(asks).findLast(
    (bubble) => named(bubble) && bubble.id !== filed.id && answering(bubble),
  );
  if (!answer) return 2;
  const after = asks.messages.some(
    (bubble) => bubble.id > answer.id && (bubble.mine || !named(bubble)),
  );
  const read = after || answer.edited || presses.get(asks.id)?.has(answer.id);
  if (!read) return 3;
  if (!jumped) return 4;
  return opened ? 6 : 5;
}

/** One line for one phone: what a stranger can do there now. */
export function hint(phone, phones) {
  const { messages, role } = phone;
  if (phone.blocked) return "Has blocked the bot. Unblock it below.";
  if (phone.window === false && messages.length)
    return "Silent for a day: only templates arrive.";
  const last = messages.at(-1);
  const asks = phones.find((other) => other.role === "migrant");
  if (role === "operator")
    return messages.length
      ? "Alerts arrive here: ids only, never texts."
      : `Runs the bot. ${app(phone).first} Alerts arrive here.`;
  if (role === "staff")
    return messages.length
      ? "Gets the digest on Monday. Never sees a request."
      : `Works at the Service. ${app(phone).first}`;
  if (role === "member") {
    if (!messages.length) return `Reads requests and answers them. ${app(phone).first}`;
    const own = said(phone).at(-1);
    // a typed number is answered in the message above it, which the bot changes
    if (own && own === last && !messages.at(-2)?.edited) return "The bot is reading …";
    if (last.buttons.flat().length === CONFIRM && own === messages.at(-2))
      return "Check what the migrant will see, then confirm.";
    if (fromBot(phone).some((bubble) => named(bubble) && bubble.buttons.length))
      return "A request is here. Its buttons do the rest.";
    if (fromBot(phone).some(named)) return "Done. The next request comes by itself.";
    return asks ? `Waiting for a request. Write one as ${first(asks)}.` : "Waiting for a request.";
  }
  if (!messages.length) return `Needs help from the council. ${app(phone).first}`;
  if (last.mine) return "The bot is reading …";
  if (last.buttons.length)
    return told(phone).length
      ? "Press a button, or just go on writing."
      : "Answer with a button below the message.";
  return "Write anything, or send a photo or a voice.";
}

/** The migrant who is furthest tells the story, with the member who got the card. */
export function tellers(phones, presses, jumped, mailbox) {
  const members = phones.filter((phone) => phone.role === "member");
  const stories = phones
    .filter((phone) => phone.role === "migrant")
    .map((asks) => ({ asks, answers: holder(asks, members) }));
  const opened = mailbox !== null && mailbox.digestRead;
  const far = stories.map((story) => reached(story, presses, jumped, opened));
  const best = far.indexOf(Math.max(...far));
  return { story: { ...stories[best], letters: mailbox?.digests ?? 0 }, far: far[best] };
}

function holder(asks, members) {
  const reference = fromBot(asks).find(named)?.text.match(REFERENCE)[0];
  const has = (bubble) => reference && bubble.text.includes(reference);
  return members.find((member) => fromBot(member).some(has)) ?? members[0];
}
