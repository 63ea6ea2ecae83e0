// The cookies that the browser would send to some addresses.

import { isAt } from "./rules.js";

// The store of private windows is another one. Chromium numbers them, Firefox names them.
async function storeOf(incognito) {
  if (!incognito) {
    return undefined;
  }
  const stores = await chrome.cookies.getAllCookieStores();
  return stores.find(({ id }) => id === "1" || id === "firefox-private")?.id;
}

// Whether a cookie that is kept apart for pages of one site goes along when that site itself is asked.
function isApart({ partitionKey }, address) {
  const site = partitionKey?.topLevelSite;
  return site !== undefined && site !== "" && !isAt(new URL(address).hostname, new URL(site).hostname);
}

async function cookiesFor(url, storeId) {
  const wanted = storeId === undefined ? { url } : { url, storeId };
  const found = await chrome.cookies.getAll({ ...wanted, partitionKey: {} });
  return found.filter((cookie) => !isApart(cookie, url));
}

// All of them, each once, with what says where it belongs.
export async function jarFor(addresses, incognito) {
  const storeId = await storeOf(incognito);
  if (incognito && storeId === undefined) {
    return [];
  }
  const found = (await Promise.all(addresses.map((url) => cookiesFor(url, storeId)))).flat();
  const jar = new Map();
  for (const { name, value, domain, hostOnly, path, secure } of found) {
    const key = JSON.stringify([name, domain, path]);
    if (!jar.has(key)) {
      jar.set(key, { name, value, domain, hostOnly, path, secure });
    }
  }
  return [...jar.values()];
}
