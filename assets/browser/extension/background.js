// What happens in the browser, and what is done about it. All that is decided is decided elsewhere.

import { offer } from "./capture.js";
import { handOver, takeBack } from "./host.js";
import { Holds } from "./holds.js";
import { jarFor } from "./jar.js";
import { choose, make } from "./menus.js";
import { Seen } from "./seen.js";
import { load } from "./settings.js";
import { isSpared, spareNext } from "./spare.js";

// Chromium asks what a download shall be called, and waits; Firefox only tells that there is one.
const asksForNames = chrome.downloads.onDeterminingFilename !== undefined;

const around = {
  seen: new Seen(),
  holds: new Holds(asksForNames),
  downloads: chrome.downloads,
  settings: load,
  jar: jarFor,
  own: chrome.runtime.id,
  now: Date.now,
  handOver,
  takeBack,
  isSpared,
  // Without it the cookies are not seen, and what is behind a login could not be had.
  isPermitted: () => chrome.permissions.contains({ origins: ["<all_urls>"] }),
  tell,
};

// Shows for a moment how a choice in a menu went.
async function tell(taken, count) {
  await chrome.action.setBadgeBackgroundColor({ color: taken ? "#1b7445" : "#b92c2c" });
  await chrome.action.setBadgeText({ text: taken ? String(count) : "!" });
  setTimeout(() => chrome.action.setBadgeText({ text: "" }), 4000);
}

const EXTRA = chrome.webRequest.OnSendHeadersOptions?.EXTRA_HEADERS;
chrome.webRequest.onSendHeaders.addListener(
  (details) => around.seen.record(details),
  // Pages, and what is asked for on their behalf without being shown. Pictures and scripts of pages are none of it.
  { urls: ["<all_urls>"], types: ["main_frame", "sub_frame", "object", "other"] },
  EXTRA === undefined ? ["requestHeaders"] : ["requestHeaders", EXTRA],
);

if (asksForNames) {
  chrome.downloads.onDeterminingFilename.addListener((item, suggest) => {
    // Who has taken it must not suggest anything any more.
    offer(item, around).then((taken) => taken || suggest());
    return true;
  });
} else {
  chrome.downloads.onCreated.addListener((item) => offer(item, around));
}

chrome.contextMenus.onClicked.addListener((info, tab) => choose(info, tab, around));
chrome.commands.onCommand.addListener((command) => (command === "leave-next" ? spareNext() : undefined));
chrome.runtime.onInstalled.addListener(make);

around.holds.releaseAll();
