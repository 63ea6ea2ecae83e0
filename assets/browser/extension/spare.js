// Leaving the next download to the browser, once. It takes the place of a key to hold while clicking: for that a script
// would have to run in every page.

const KEY = "spareUntil";
// A wish that was not used by then is forgotten.
const LASTS = 60_000;

export async function spareNext() {
  await chrome.storage.session.set({ [KEY]: Date.now() + LASTS });
  await show(true);
}

// Whether the next download was to be left. That was it then.
export async function isSpared() {
  const until = (await chrome.storage.session.get(KEY))[KEY] ?? 0;
  if (until > 0) {
    await chrome.storage.session.remove(KEY);
    await show(false);
  }
  return Date.now() < until;
}

async function show(waits) {
  await chrome.action.setBadgeText({ text: waits ? "↷" : "" });
}
