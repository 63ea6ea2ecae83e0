import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { offer } from "../extension/capture.js";
import { DEFAULTS } from "../extension/settings.js";

const URL = "https://a.example/a.iso";
let did;
let item;
// What it says on its console is for those who look there.
console.warn = () => {};

// What was seen of requests: `method` of an address.
function seen(method) {
  const of = (address) => ({ method: method(address), headers: [] });
  return { of, soon: async (address) => of(address) };
}

// A world in which everything is told in `did`.
function around(changes = {}) {
  return {
    settings: async () => ({ ...DEFAULTS }),
    seen: seen(() => "GET"),
    jar: async () => [],
    own: "me",
    now: Date.now,
    isSpared: async () => false,
    isPermitted: async () => true,
    handOver: async (links, how) => (did.push(["hand over", links[0].url, how]), { accepted: ["1"] }),
    takeBack: async (ids) => did.push(["take back", ...ids]),
    holds: { hold: async () => did.push(["pause"]), release: async () => did.push(["let go on"]) },
    downloads: {
      search: async () => [item],
      cancel: async () => did.push(["cancel"]),
      erase: async () => did.push(["erase"]),
    },
    ...changes,
  };
}

beforeEach(() => {
  did = [];
  item = { id: 1, url: URL, finalUrl: URL, filename: "a.iso", state: "in_progress", startTime: new Date().toISOString() };
});

const words = () => did.map(([word]) => word);

test("the browser gives a download away only when the program has it", async () => {
  assert.equal(await offer(item, around()), true);
  assert.deepEqual(words(), ["pause", "hand over", "cancel", "erase", "let go on"]);
});

test("whatever goes wrong, the browser goes on", async () => {
  const wrong = [
    { handOver: async () => ({ wrong: "missing" }) },
    { handOver: async () => ({ wrong: "refused", message: "no" }) },
    { handOver: async () => ({ wrong: "late" }) },
    { handOver: async () => ({}) },
    { handOver: async () => Promise.reject(new Error("crashed")) },
    { jar: async () => Promise.reject(new Error("no cookies")) },
  ];
  for (const changes of wrong) {
    did = [];
    assert.equal(await offer(item, around(changes)), false);
    assert.deepEqual(words().filter((word) => word !== "hand over"), ["pause", "let go on"]);
  }
});

test("what is left to the browser is not even paused", async () => {
  const reasons = [
    { isSpared: async () => true },
    { isPermitted: async () => false },
    { settings: async () => ({ ...DEFAULTS, capture: false }) },
    { seen: seen(() => "POST") },
  ];
  for (const changes of reasons) {
    assert.equal(await offer(item, around(changes)), false);
  }
  assert.deepEqual(did, []);
});

test("what the browser completes meanwhile stays, and is taken back", async () => {
  const handOver = async () => {
    item.state = "complete";
    return { accepted: ["1", "2"] };
  };
  assert.equal(await offer({ ...item }, around({ handOver })), false);
  assert.deepEqual(did, [["pause"], ["take back", "1", "2"], ["let go on"]]);
});

test("an address that was posted to is not handed over with the one that it led to", async () => {
  const posted = { seen: seen((address) => (address === URL ? "GET" : "POST")) };
  assert.equal(await offer({ ...item, url: "https://a.example/form" }, around(posted)), true);
  assert.deepEqual(did[1], ["hand over", URL, "start"]);
});

test("the program asks first where somebody wants that", async () => {
  await offer(item, around({ settings: async () => ({ ...DEFAULTS, ask: true }) }));
  assert.deepEqual(did[1], ["hand over", URL, "ask"]);
});
