import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Line, VERSION, handOver, takeBack, whyGone, whyStrange } from "../extension/host.js";

let said;

// A program that answers what `answers` says to the first word of what it is asked; null hangs up.
function program(answers) {
  said = [];
  const listeners = { message: [], end: [] };
  const tell = (kind, value) => queueMicrotask(() => listeners[kind].forEach((listener) => listener(value)));
  const port = {
    onMessage: { addListener: (listener) => listeners.message.push(listener) },
    onDisconnect: { addListener: (listener) => listeners.end.push(listener) },
    postMessage: ({ id, ask }) => {
      const word = typeof ask === "string" ? ask : Object.keys(ask)[0];
      said.push(word);
      const answer = answers[word];
      if (answer === null) {
        tell("end", { error: { message: "Native host has exited." } });
      } else if (answer !== undefined) {
        tell("message", { id, answer });
      }
    },
    disconnect: () => said.push("(hangs up)"),
  };
  globalThis.chrome = { runtime: { connectNative: () => port } };
  return { heard: (message) => tell("message", message) };
}

afterEach(() => delete globalThis.chrome);

const hello = { hello: { version: VERSION } };

test("links are handed over after a greeting, and their ids come back", async () => {
  program({ hello, add: { accepted: { ids: ["1"] } } });
  assert.deepEqual(await handOver([{ url: "u" }], "start"), { accepted: ["1"] });
  assert.deepEqual(said, ["hello", "add", "(hangs up)"]);
});

test("another version is told nothing", async () => {
  for (const [version, wrong] of [[VERSION - 1, "older"], [VERSION + 1, "newer"], ["1", "broken"]]) {
    program({ hello: { hello: { version } }, add: { accepted: { ids: ["1"] } } });
    assert.deepEqual(await handOver([{ url: "u" }], "start"), { wrong });
    assert.deepEqual(said, ["hello", "(hangs up)"]);
  }
  assert.equal(whyStrange(undefined), "broken");
});

test("a program that refuses, hangs up or talks nonsense has accepted nothing", async () => {
  const answers = [{ refused: { message: "no" } }, null, "done", { accepted: {} }, { accepted: { ids: 7 } }, 7];
  for (const add of answers) {
    program({ hello, add });
    assert.equal((await handOver([{ url: "u" }], "start")).accepted, undefined, JSON.stringify(add));
  }
  program({ hello: null });
  assert.deepEqual(await handOver([{ url: "u" }], "start"), { wrong: "broken" });
});

test("nobody waits for an answer for ever", async () => {
  program({});
  assert.deepEqual(await new Line().ask("open", 1), { gone: "late" });
});

test("what was handed over can be taken back", async () => {
  program({ hello, remove: "done" });
  assert.equal(await takeBack(["1"]), true);
});

test("what comes unasked is heard, and is no answer", async () => {
  const { heard } = program({ hello });
  const list = new Promise((resolve) => {
    new Line({ heard: resolve });
  });
  heard({ list: { transfers: [] } });
  assert.deepEqual(await list, { list: { transfers: [] } });
});

test("why a line was cut is told in one word", () => {
  assert.equal(whyGone("Specified native messaging host not found."), "missing");
  assert.equal(whyGone("No such native application org.windlass.windlass"), "missing");
  assert.equal(whyGone("Access to the specified native messaging host is forbidden."), "forbidden");
  assert.equal(whyGone("Native host has exited."), "broken");
  assert.equal(whyGone(""), "broken");
});
