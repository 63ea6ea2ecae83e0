import assert from "node:assert/strict";
import { test } from "node:test";

import { ending, isAt, isRepeatable, isTakeable, nameOf, whyLeft } from "../extension/rules.js";
import { DEFAULTS } from "../extension/settings.js";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const ITEM = {
  id: 7,
  url: "https://a.example/go?id=1",
  finalUrl: "https://cdn.example/f/a.iso",
  filename: "a.iso",
  referrer: "https://page.example/list",
  totalBytes: 5000,
  state: "in_progress",
  startTime: "2026-11-22T11:59:59Z",
  incognito: false,
};

function why(item = {}, settings = {}) {
  return whyLeft({ ...ITEM, ...item }, { ...DEFAULTS, ...settings }, { now: NOW, own: "me" });
}

test("a download that was asked for with GET is taken", () => {
  assert.equal(why(), null);
  assert.ok(isRepeatable({ method: "GET" }));
});

test("what exists only in the browser stays there", () => {
  for (const url of ["blob:https://a.example/1", "data:text/plain,x", "file:///etc/passwd", "about:blank", "", "x"]) {
    assert.equal(why({ url, finalUrl: url }), "kind", url);
    assert.equal(isTakeable(url), false, url);
  }
  assert.equal(why({ finalUrl: "blob:https://a.example/1" }), "kind");
  assert.equal(why({ mime: "application/x-chrome-extension" }), "kind");
});

test("what was sent, and what nobody saw being asked for, stays with the browser", () => {
  assert.ok(!isRepeatable({ method: "POST" }) && !isRepeatable(undefined));
});

test("old downloads that are told of again are left alone", () => {
  assert.equal(why({ state: "complete" }), "over");
  assert.equal(why({ state: "interrupted" }), "over");
  assert.equal(why({ startTime: "2026-11-21T12:00:00Z" }), "old");
});

test("what this extension has begun is never taken, and what another one has is", () => {
  assert.equal(why({ byExtensionId: "me" }), "own");
  assert.equal(why({ byExtensionId: "other" }), null);
});

test("private windows are left alone unless somebody wants them taken", () => {
  assert.equal(why({ incognito: true }), "private");
  assert.equal(why({ incognito: true }, { incognito: true }), null);
});

test("a switch turns everything off", () => {
  assert.equal(why({}, { capture: false }), "off");
});

test("small ones are left, and those of unknown size are taken", () => {
  assert.equal(why({}, { minimum: 5001 }), "size");
  assert.equal(why({}, { minimum: 5000 }), null);
  assert.equal(why({ totalBytes: -1 }, { minimum: 5001 }), null);
  assert.equal(why({ totalBytes: -1, fileSize: 10 }, { minimum: 5001 }), "size");
});

test("types are taken or left by their ending", () => {
  assert.equal(why({}, { left: ["iso"] }), "type");
  assert.equal(why({}, { taken: ["zip"] }), "type");
  assert.equal(why({}, { taken: ["zip", "iso"] }), null);
  assert.equal(why({ filename: "A.ISO" }, { left: ["iso"] }), "type");
});

test("a site stands for all below it, wherever it comes in", () => {
  for (const site of ["a.example", "cdn.example", "page.example", "example"]) {
    assert.equal(why({}, { sites: [site] }), "site", site);
  }
  assert.equal(why({}, { sites: ["b.example", "xample"] }), null);
  assert.ok(isAt("www.a.example", "a.example") && !isAt("aa.example", "a.example"));
});

test("a name comes from the browser, or else from the address", () => {
  assert.equal(nameOf({ filename: "/home/me/Downloads/a b.zip", url: "https://a.example/" }), "a b.zip");
  assert.equal(nameOf({ filename: "", url: "https://a.example/x/a%20b.zip?q=1" }), "a b.zip");
  assert.equal(nameOf({ url: "https://a.example/%zz" }), "%zz");
  for (const [filename, name] of [["b(1).zip", "b.zip"], ["b (12).zip", "b.zip"], ["c(1).zip", "c(1).zip"]]) {
    assert.equal(nameOf({ filename, url: "https://a.example/b.zip" }), name);
  }
  assert.deepEqual(["a.tar.GZ", ".profile", "none", "x/y.z/name"].map(ending), ["gz", "", "", ""]);
});
