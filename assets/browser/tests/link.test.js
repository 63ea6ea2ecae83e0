import assert from "node:assert/strict";
import { test } from "node:test";

import { along, goesAlong } from "../extension/headers.js";
import { batches, chosen, linkOf, linkOfChoice, linkOfDownload } from "../extension/link.js";
import { Seen } from "../extension/seen.js";

test("headers of one connection, of logins and of partial answers do not go along", () => {
  const left = ["Authorization", "connection", "Content-Length", "Host", "Range", "Transfer-Encoding", "Cookie"];
  for (const name of [...left, "Proxy-Authorization", "If-Range", "If-None-Match", "Sec-Fetch-Mode", "TE"]) {
    assert.equal(goesAlong(name, "x"), false, name);
  }
  assert.ok(goesAlong("Accept-Language", "de") && goesAlong("X-Site", "1"));
});

test("a header with a line in it does not go along", () => {
  for (const [name, value] of [["X", "a\r\nY: b"], ["X", "a\nb"], ["X\r\nY", "a"], ["X Y", "a"], ["X", "\u0000"], ["X"]]) {
    assert.equal(goesAlong(name, value), false, JSON.stringify([name, value]));
  }
});

test("a download is told with all that the browser has sent", () => {
  const requestHeaders = [
    { name: "Referer", value: "https://page.example/" },
    { name: "User-Agent", value: "Browser/1" },
    { name: "Accept", value: "*/*" },
    { name: "Range", value: "bytes=1-" },
  ];
  const asked = { headers: requestHeaders };
  const item = { url: "https://a.example/1", finalUrl: "https://b.example/2", referrer: "https://page.example/whole" };
  assert.deepEqual(linkOfDownload(item, "a.iso", asked, [{ name: "k" }]), {
    url: "https://a.example/1",
    final: "https://b.example/2",
    name: "a.iso",
    referrer: "https://page.example/",
    agent: "Browser/1",
    cookies: [{ name: "k" }],
    headers: [["Accept", "*/*"]],
  });
  assert.deepEqual(along(undefined), []);
  assert.deepEqual(linkOf({ url: "u", final: "u", name: "", cookies: [] }), { url: "u" });
});

test("another site learns only from which site one comes, and one without encryption nothing", () => {
  const referrer = (url, page) => linkOfChoice(url, page, "Browser/1", []).referrer;
  assert.equal(referrer("https://a.example/f", "https://a.example/list?x=1#y"), "https://a.example/list?x=1");
  assert.equal(referrer("https://b.example/f", "https://a.example/list?x=1"), "https://a.example/");
  assert.equal(referrer("http://a.example/f", "https://a.example/list"), undefined);
  assert.equal(referrer("https://a.example/f", "about:blank"), undefined);
});

test("of many addresses those that can be had are left, each once", () => {
  const addresses = ["https://a.example/1#x", "https://a.example/1#y", "javascript:void 0", "mailto:me@a.example", "ftp://b.example/2"];
  assert.deepEqual(chosen(addresses), ["https://a.example/1", "ftp://b.example/2"]);
});

test("long lists go in messages that are not too long", () => {
  const links = Array.from({ length: 500 }, (_, number) => ({ url: `https://a.example/${number}` }));
  const sizes = [...batches(links)].map((some) => some.length);
  assert.deepEqual(sizes, [200, 200, 100]);
  const long = [...batches(links, 1000)];
  assert.ok(long.every((some) => JSON.stringify(some).length <= 1001));
  assert.deepEqual(long.flat(), links);
  assert.deepEqual([...batches([])], []);
});

test("a request that is seen soon is waited for, and one that is not only for a while", async () => {
  const seen = new Seen();
  const soon = seen.soon("https://a.example/1");
  seen.record({ url: "https://a.example/2", method: "POST" });
  seen.record({ url: "https://a.example/1", method: "GET" });
  assert.equal((await soon).method, "GET");
  assert.equal(await seen.soon("https://a.example/3", 1), undefined);
});

test("the last request for an address is remembered, and old ones are forgotten", () => {
  const seen = new Seen();
  seen.record({ url: "https://a.example/#x", method: "POST" });
  seen.record({ url: "https://a.example/", method: "GET" });
  assert.equal(seen.of("https://a.example/#y").method, "GET");
  for (let number = 0; number < 400; number++) {
    seen.record({ url: `https://b.example/${number}`, method: "GET" });
  }
  assert.equal(seen.of("https://a.example/"), undefined);
  assert.equal(seen.of("https://b.example/399").method, "GET");
});
