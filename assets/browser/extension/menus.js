// What can be chosen in the menus of the browser.

import { batches, chosen, linkOfChoice } from "./link.js";
import { collect } from "./collect.js";
import { spareNext } from "./spare.js";

const ITEMS = [
  { id: "link", contexts: ["link"], title: "menuLink" },
  { id: "media", contexts: ["image", "video", "audio"], title: "menuMedia" },
  { id: "selection", contexts: ["selection"], title: "menuSelection" },
  { id: "page", contexts: ["page"], title: "menuPage" },
  { id: "leave", contexts: ["link"], title: "menuLeave" },
  { id: "spare", contexts: ["action"], title: "leaveNext" },
];

export async function make() {
  await chrome.contextMenus.removeAll();
  for (const { id, contexts, title } of ITEMS) {
    chrome.contextMenus.create({ id, contexts, title: chrome.i18n.getMessage(title) });
  }
}

// The links that somebody means.
async function meant(info, tab) {
  switch (info.menuItemId) {
    case "link":
      return [info.linkUrl];
    case "media":
      return [info.srcUrl];
    case "selection":
      return collect(tab, info.frameId, true);
    case "page":
      return collect(tab, info.frameId, false);
    default:
      return [];
  }
}

// Does what was chosen. `around` is as for a capture. True if the program has all that was meant.
export async function choose(info, tab, around) {
  if (info.menuItemId === "spare") {
    await spareNext();
    return false;
  }
  if (info.menuItemId === "leave") {
    // A download that this extension begins is never taken.
    await chrome.downloads.download({ url: info.linkUrl });
    return false;
  }
  const settings = await around.settings();
  const addresses = chosen(await meant(info, tab));
  const incognito = tab?.incognito ?? false;
  const page = info.frameUrl ?? info.pageUrl;
  const link = async (url) => linkOfChoice(url, page, navigator.userAgent, await around.jar([url], incognito));
  const links = await Promise.all(addresses.map(link));
  const asks = links.length > 1 ? settings.askMany : settings.ask;
  let taken = links.length > 0;
  for (const some of batches(links)) {
    const answer = await around.handOver(some, asks ? "ask" : "start");
    taken &&= answer.accepted !== undefined;
    if (answer.wrong !== undefined && links.length === 1) {
      // It was asked for, and nobody else gets it.
      await chrome.downloads.download({ url: links[0].url });
    }
  }
  await around.tell(taken, links.length);
  return taken;
}
