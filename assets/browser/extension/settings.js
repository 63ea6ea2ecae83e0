// The rules as somebody has set them. What is kept is read with care: it may be from another version.

export const DEFAULTS = Object.freeze({
  // Whether downloads are taken at all.
  capture: true,
  // Smaller ones stay with the browser, in bytes.
  minimum: 0,
  // Only these endings are taken; none means all.
  taken: [],
  // These endings are left.
  left: [],
  // Downloads from these sites are left.
  sites: [],
  // Whether those of private windows are taken.
  incognito: false,
  // Whether Windlass asks before it starts one download, and before it starts many.
  ask: false,
  askMany: true,
});

function words(value) {
  const list = Array.isArray(value) ? value : [];
  return [...new Set(list.filter((word) => typeof word === "string" && word !== ""))];
}

// Settings from whatever was kept.
export function sane(kept) {
  const settings = {};
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const value = kept?.[name];
    if (Array.isArray(usual)) {
      settings[name] = words(value);
    } else if (typeof usual === "number") {
      settings[name] = Number.isFinite(value) && value >= 0 ? Math.floor(value) : usual;
    } else {
      settings[name] = typeof value === "boolean" ? value : usual;
    }
  }
  return settings;
}

// Endings as somebody types them: `.ISO, zip`.
export function endingsIn(text) {
  return words(text.split(/[\s,;]+/).map((word) => word.replace(/^[*.]+/, "").toLowerCase()));
}

// Sites as somebody types or pastes them: names, or addresses there.
export function sitesIn(text) {
  const host = (word) => {
    try {
      return new URL(word.includes("://") ? word : `https://${word}`).hostname.replace(/^\*?\./, "");
    } catch {
      return "";
    }
  };
  return words(text.split(/[\s,;]+/).filter((word) => word !== "").map(host));
}

export async function load() {
  return sane((await chrome.storage.local.get("settings")).settings);
}

export async function save(settings) {
  await chrome.storage.local.set({ settings: sane(settings) });
}
