// What runs, and what is wrong if anything is.

import { Line } from "./host.js";
import { row } from "./row.js";
import { load, save } from "./settings.js";
import { spareNext } from "./spare.js";
import { fill, text } from "./texts.js";

const at = (id) => document.getElementById(id);

// Shows what is wrong, and what can be done about it.
function complain(wrong) {
  at("note").hidden = wrong === null;
  if (wrong !== null) {
    at("wrong").textContent = text(`wrong_${wrong}`);
    at("remedy").textContent = text(`remedy_${wrong}`);
    at("permit").hidden = wrong !== "permission";
  }
}

function show({ transfers, more }, line) {
  // What has the keyboard keeps it.
  const held = document.activeElement?.closest("li")?.dataset.id;
  const act = async (verb, id) => {
    const answer = await line.ask({ [verb]: { id } });
    if (answer?.refused) {
      at("note").hidden = false;
      at("wrong").textContent = answer.refused.message;
      at("remedy").textContent = "";
    }
  };
  at("list").replaceChildren(...transfers.map((transfer) => row(transfer, act)));
  at("list").querySelector(`li[data-id="${held}"] button`)?.focus();
  at("idle").hidden = transfers.length > 0;
  at("more").hidden = more === 0;
  at("more").textContent = text("more", more);
}

async function connect() {
  const line = new Line({
    heard: (message) => message.list !== undefined && show(message.list, line),
    ended: (why) => complain(why),
  });
  const wrong = await line.greet();
  at("open").disabled = wrong !== null;
  if (wrong !== null) {
    complain(wrong);
    line.close();
    return;
  }
  at("open").addEventListener("click", async () => {
    const answer = await line.ask("open");
    return answer === "done" ? window.close() : complain("window");
  });
  await line.ask("watch");
}

async function begin() {
  fill(document);
  const settings = await load();
  at("capture").checked = settings.capture;
  at("capture").addEventListener("change", async () => {
    await save({ ...(await load()), capture: at("capture").checked });
  });
  at("spare").addEventListener("click", async () => {
    await spareNext();
    window.close();
  });
  at("options").addEventListener("click", () => chrome.runtime.openOptionsPage());
  at("permit").addEventListener("click", () => chrome.permissions.request({ origins: ["<all_urls>"] }));
  if (await chrome.permissions.contains({ origins: ["<all_urls>"] })) {
    await connect();
  } else {
    complain("permission");
  }
}

begin();
