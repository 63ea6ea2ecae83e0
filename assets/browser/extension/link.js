// A download in the words of the program.

import { along, valueOf } from "./headers.js";
import { isTakeable, parsed } from "./rules.js";

// What is said to the program of an address; what is not known is left out.
export function linkOf({ url, final, name, referrer, agent, cookies, headers }) {
  const link = { url };
  const spoken = (headers ?? []).filter(([known]) => !["referer", "user-agent"].includes(known.toLowerCase()));
  const known = { final: final === url ? undefined : final, name, referrer, agent };
  for (const [key, value] of Object.entries(known)) {
    if (typeof value === "string" && value !== "") {
      link[key] = value;
    }
  }
  if (cookies?.length > 0) {
    link.cookies = cookies;
  }
  if (spoken.length > 0) {
    link.headers = spoken;
  }
  return link;
}

// Of a download that the browser has begun; `asked` is what was seen of its request.
export function linkOfDownload(item, name, asked, cookies) {
  const headers = along(asked?.headers);
  return linkOf({
    url: item.url,
    final: item.finalUrl || item.url,
    name,
    referrer: valueOf(headers, "referer") ?? (isTakeable(item.referrer) ? item.referrer : undefined),
    agent: valueOf(headers, "user-agent"),
    cookies,
    headers,
  });
}

// Of an address that somebody chose on a page. What the browser tells other sites of that page is its site alone.
export function linkOfChoice(url, page, agent, cookies) {
  const from = isTakeable(page) ? new URL(page) : null;
  const same = from !== null && parsed(url)?.origin === from.origin;
  const isDowngrade = from?.protocol === "https:" && parsed(url)?.protocol === "http:";
  const whole = from === null ? undefined : from.origin + from.pathname + from.search;
  const referrer = from === null || isDowngrade ? undefined : same ? whole : `${from.origin}/`;
  return linkOf({ url, referrer, agent, cookies });
}

// The addresses among these that can be had, each once.
export function chosen(addresses) {
  const whole = addresses.filter(isTakeable).map((address) => address.split("#", 1)[0]);
  return [...new Set(whole)];
}

// Lists of links that fit into a message each: one that is too long is refused.
export function* batches(links, longest = 400_000, most = 200) {
  let some = [];
  let length = 0;
  for (const link of links) {
    const size = new TextEncoder().encode(JSON.stringify(link)).length + 1;
    if (some.length > 0 && (length + size > longest || some.length >= most)) {
      yield some;
      [some, length] = [[], 0];
    }
    some.push(link);
    length += size;
  }
  if (some.length > 0) {
    yield some;
  }
}
