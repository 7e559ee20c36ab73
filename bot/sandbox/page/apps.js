// What the apps on the phones differ in, besides their looks: words, habits, what can be sent.

const TELEGRAM = {
  name: "Telegram",
  starts: true, // a chat is opened by a button
  edits: true,
  commands: true,
  buttons: "", // an icon on each button under a message
  typing: 6000, // milliseconds after which the app itself stops showing it
  empty: "No messages here yet. Press Start to open the chat.",
  first: "Press Start.",
  status: (phone) => (phone.blocked ? "bot · blocked" : "bot"),
  block: ["Block the bot", "Unblock the bot"],
  sends: {
    photo: "Photo",
    album: "Album",
    voice: "Voice message",
    document: "File",
    huge: "30 MB film",
    location: "Location",
    sticker: "Sticker",
    contact: "Contact",
  },
};

const WHATSAPP = {
  name: "WhatsApp",
  starts: false,
  edits: false,
  commands: false,
  buttons: "reply",
  typing: 25_000,
  empty: "No messages here yet. Write anything to open the chat.",
  first: "Write anything.",
  status: (phone) => aligned(`you: ${written(phone.number)}${phone.blocked ? " · blocked" : ""}`),
  block: ["Block", "Unblock"],
  sends: {
    photo: "Photo",
    album: "Three photos",
    voice: "Voice message",
    video: "Video",
    document: "File",
    location: "Location",
    sticker: "Sticker",
    contact: "Contact",
  },
};

const APPS = { telegram: TELEGRAM, whatsapp: WHATSAPP };

/** The app on this phone. */
export const app = (phone) => APPS[phone.channel];

/** A number in groups that can be read aloud. */
function written(number) {
  if (!number) return "no number";
  return number.replace(/^(\+\d{3})(\d{2})(\d{3})(\d{2})(\d+)$/, "$1 $2 $3 $4 $5");
}

/** English in its own direction, also where all around it runs from the right. */
const aligned = (words) => `\u2066${words}\u2069`;
