// Rich text of messages: seven tags and six escapes become elements, all other tags are dropped,
// everything else is text.

import { el } from "./dom.js";

const ESCAPES = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&#x27;": "'",
};
const SHOWN = new Set(["b", "i", "u", "s", "code", "pre", "blockquote"]);
const TOKEN = /<(\/?)([a-z-]+)(?:\s[^<>]*)?>|&(?:amp|lt|gt|quot|#39|#x27);/g;
const MARK =
  /(?<address>\bhttps?:\/\/[^\s<>"']+)|(?<![\p{L}\p{N}/_<])(?<command>\/[a-z0-9_]{1,32})(?![\p{L}\p{N}/_])/gu;

/**
 * Append `html` to `parent`; `onCommand` is called with a /command that is clicked, and without it
 * commands are words like others.
 */
export function writeRich(parent, html, onCommand) {
  const open = [parent];
  let from = 0;
  let text = "";
  let afterBlock = false; // a line break beside a block is the block's own edge
  const flush = (beforeBlock = false) => {
    if (afterBlock) text = text.replace(/^\n/, "");
    if (beforeBlock) text = text.replace(/\n$/, "");
    if (text) afterBlock = false;
    if (text) writePlain(open.at(-1), text, onCommand);
    text = "";
  };
  for (const found of html.matchAll(TOKEN)) {
    const [token, closing, tag] = found;
    text += html.slice(from, found.index) + (tag ? "" : ESCAPES[token]);
    from = found.index + token.length;
    if (!SHOWN.has(tag)) continue;
    const block = tag === "blockquote" || tag === "pre";
    flush(block && !closing);
    afterBlock = block && Boolean(closing);
    if (!closing) {
      const node = el(tag, block ? { dir: "auto" } : {});
      open.at(-1).append(node);
      open.push(node);
    } else if (open.length > 1 && open.at(-1).localName === tag) {
      open.pop();
    }
  }
  text += html.slice(from);
  flush();
}

function address(word) {
  const title = "Addresses are not opened in the sandbox";
  return el("span", { class: "address", dir: "ltr", title }, word);
}

function command(word, onCommand) {
  const onclick = () => onCommand(word);
  return el("button", { type: "button", class: "command", dir: "ltr", onclick }, word);
}

/** Text in which /commands can be clicked and addresses are seen, but not followed. */
function writePlain(parent, text, onCommand) {
  let from = 0;
  const marks = parent.closest("code, pre") ? [] : text.matchAll(MARK);
  for (const found of marks) {
    parent.append(text.slice(from, found.index));
    const word = found[0];
    if (found.groups.address) parent.append(address(word));
    else parent.append(onCommand ? command(word, onCommand) : word);
    from = found.index + word.length;
  }
  parent.append(text.slice(from));
}
