// One transfer in the popup.

import { duration, size, text } from "./texts.js";

const MOVES = ["queued", "running", "waiting", "verifying"];

// What stands under the bar.
function line({ state, done, total, rate, eta, error }) {
  const parts = [text(`state_${state}`)];
  parts.push(total === null ? size(done) : text("of", size(done), size(total)));
  if (state === "running" && rate !== null) {
    parts.push(text("perSecond", size(rate)));
  }
  if (state === "running" && eta !== null) {
    parts.push(text("left", duration(eta)));
  }
  return state === "failed" && error !== null ? error : parts.join(" · ");
}

function element(name, className, content) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = content;
  return made;
}

// `act` is told what is to be done with it.
export function row(transfer, act) {
  const item = document.createElement("li");
  item.dataset.id = transfer.id;
  const head = element("div", "row", "");
  const name = element("span", "name", transfer.name);
  name.title = transfer.name;
  const moves = MOVES.includes(transfer.state);
  const verb = moves ? "pause" : "resume";
  const button = element("button", "", text(verb));
  button.addEventListener("click", () => act(verb, transfer.id));
  head.append(name, button);
  const bar = element("progress", moves ? "" : "stopped", "");
  bar.setAttribute("aria-label", transfer.name);
  if (transfer.total !== null && transfer.total > 0) {
    bar.max = transfer.total;
    bar.value = transfer.done;
  } else if (!moves) {
    bar.value = 0;
  }
  item.append(head, bar, element("div", transfer.state === "failed" ? "failed" : "muted", line(transfer)));
  return item;
}
