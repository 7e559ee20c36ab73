// The only way this page makes elements: names and texts, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** One element; `on…` properties become listeners, strings become text. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(
    ...children.filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

/** A round button that shows an icon and is read as `label`. */
export function iconButton(name, label, onclick, more = {}) {
  return el(
    "button",
    { type: "button", class: "round", "aria-label": label, title: label, onclick, ...more },
    icon(name),
  );
}

/** A button with a list that opens above or below it: arrows move, Escape closes. */
export function menu(button, list) {
  const items = () => [...list.querySelectorAll("button")];
  const open = (yes) => {
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
  };
  button.setAttribute("aria-haspopup", "menu");
  list.setAttribute("role", "menu");
  open(false);
  button.addEventListener("click", () => {
    open(list.hidden);
    if (!list.hidden) items()[0]?.focus();
  });
  list.addEventListener("click", () => open(false));
  list.addEventListener("keydown", (event) => {
    const all = items();
    const here = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      open(false);
      button.focus();
    } else if (step) {
      event.preventDefault();
      all[(here + step + all.length) % all.length].focus();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.hidden && !list.contains(event.target) && !button.contains(event.target)) open(false);
  });
  list.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (next && !list.contains(next) && next !== button) open(false);
  });
}

export function menuItem(name, label, onclick) {
  return el(
    "button",
    { type: "button", role: "menuitem", tabindex: -1, onclick },
    icon(name),
    el("span", { dir: "auto" }, label),
  );
}

/** Whether the person asked for less movement. */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
