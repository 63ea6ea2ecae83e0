import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const EXTENSION = new URL("../extension/", import.meta.url);
const read = (path) => readFileSync(new URL(path, EXTENSION), "utf8");
const messages = (language) => JSON.parse(read(`_locales/${language}/messages.json`));
const english = messages("en");

test("every language has every text, with the same gaps", () => {
  for (const language of readdirSync(new URL("_locales", EXTENSION))) {
    const texts = messages(language);
    assert.deepEqual(Object.keys(texts), Object.keys(english), language);
    for (const [name, { message }] of Object.entries(texts)) {
      const gaps = (text) => (text.match(/\$\d/g) ?? []).sort();
      assert.deepEqual(gaps(message), gaps(english[name].message), `${language} ${name}`);
    }
  }
});

test("every text that is asked for is there", () => {
  const sources = readdirSync(EXTENSION).filter((name) => /\.(js|html)$/.test(name)).map(read).join("\n");
  const named = [...sources.matchAll(/data-text="(\w+)"|\btext\("(\w+)"|title: "(\w+)"/g)].map((match) => match[1] ?? match[2] ?? match[3]);
  const wrong = ["missing", "forbidden", "broken", "late", "older", "newer", "permission", "window"];
  const states = ["queued", "running", "waiting", "verifying", "paused", "failed"].map((state) => `state_${state}`);
  const wanted = [...named, "pause", "resume", ...states, ...wrong.flatMap((why) => [`wrong_${why}`, `remedy_${why}`])];
  for (const name of wanted) {
    assert.ok(name in english, name);
  }
});
