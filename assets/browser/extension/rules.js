// Shall a download be taken? Pure: from what is known of it to yes or no, and why not.

// What Windlass can get from an address that a browser knows.
const TAKEN = ["http:", "https:", "ftp:"];

// What the browser itself makes use of: extensions that somebody installs from a page.
const FOR_THE_BROWSER = ["application/x-chrome-extension", "application/x-xpinstall"];

// An older one has begun before this session of the browser, which tells of it again.
const NEW_FOR = 60_000;

export function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

// Whether Windlass can get what is there. A picture in the address itself or something that a page has made in memory
// exists only in the browser.
export function isTakeable(address) {
  const url = parsed(address);
  return url !== null && TAKEN.includes(url.protocol) && url.hostname !== "";
}

// The ending of a file name, in small letters and without its dot.
export function ending(name) {
  const last = name.split(/[/\\]/).pop();
  const dot = last.lastIndexOf(".");
  return dot > 0 ? last.slice(dot + 1).toLowerCase() : "";
}

function inAddress(address) {
  const last = (parsed(address)?.pathname ?? "").split("/").pop();
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

// The name that a download has, or would have by its address. A number that only tells it from another file in the
// folder of the browser is none of it: `a(1).zip`.
export function nameOf(item) {
  const named = (item.filename ?? "").split(/[/\\]/).pop();
  const usual = inAddress(item.finalUrl || item.url);
  return named === "" || named.replace(/ ?\(\d+\)(?=(\.[^.]*)?$)/, "") === usual ? usual : named;
}

// Whether a host is this site or one below it.
export function isAt(host, site) {
  return host === site || host.endsWith(`.${site}`);
}

function isLeftSite(item, settings) {
  const hosts = [item.url, item.finalUrl, item.referrer].map((address) => parsed(address)?.hostname ?? "");
  return settings.sites.some((site) => hosts.some((host) => isAt(host, site)));
}

function isLeftType(item, settings) {
  const type = ending(nameOf(item));
  return settings.left.includes(type) || (settings.taken.length > 0 && !settings.taken.includes(type));
}

// Whether it can be asked for again: what was sent cannot be, and of what nobody saw it is not known.
export function isRepeatable(asked) {
  return asked?.method === "GET";
}

// Why a download stays with the browser; null if it is to be taken, as long as it is repeatable.
export function whyLeft(item, settings, { now, own }) {
  const size = item.totalBytes > 0 ? item.totalBytes : (item.fileSize ?? -1);
  const reasons = [
    ["off", !settings.capture],
    ["own", item.byExtensionId === own],
    ["over", item.state !== "in_progress"],
    ["old", now - Date.parse(item.startTime) > NEW_FOR],
    ["private", item.incognito && !settings.incognito],
    ["kind", ![item.url, item.finalUrl || item.url].every(isTakeable) || FOR_THE_BROWSER.includes(item.mime)],
    ["site", isLeftSite(item, settings)],
    ["type", isLeftType(item, settings)],
    ["size", size >= 0 && size < settings.minimum],
  ];
  return reasons.find(([, holds]) => holds)?.[0] ?? null;
}
