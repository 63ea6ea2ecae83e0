// The line to the program. Whatever goes wrong on it is an answer too, so that nobody waits in vain.

export const VERSION = 1;
const NAME = "org.windlass.windlass";

// What the program may need until it has written down what it was told; it may have to start a session first.
const PATIENCE = 15_000;

// Why there was no answer, in one word. The browsers say it in sentences of their own.
export function whyGone(message) {
  if (/not found|no such native/i.test(message)) {
    return "missing";
  }
  return /forbidden|not allowed|access/i.test(message) ? "forbidden" : "broken";
}

// What is wrong with a program that greets so; null if nothing is.
export function whyStrange(hello) {
  if (typeof hello?.version !== "number") {
    return "broken";
  }
  return hello.version === VERSION ? null : hello.version < VERSION ? "older" : "newer";
}

export class Line {
  #port;
  #number = 0;
  #waiting = new Map();
  #gone = null;

  // `heard` is told what comes without having been asked for, `ended` once why the line was cut.
  constructor({ heard = () => {}, ended = () => {} } = {}) {
    this.#port = chrome.runtime.connectNative(NAME);
    this.#port.onMessage.addListener((message) => {
      const waiting = this.#waiting.get(message?.id);
      this.#waiting.delete(message?.id);
      (waiting ?? heard)(waiting === undefined ? message : (message.answer ?? null));
    });
    this.#port.onDisconnect.addListener((port) => {
      this.#gone = whyGone((port.error ?? chrome.runtime.lastError)?.message ?? "");
      this.#waiting.forEach((answer) => answer({ gone: this.#gone }));
      this.#waiting.clear();
      ended(this.#gone);
    });
  }

  // Asks for something. The answer is an object with one field, or a word; without one in time, `late`.
  ask(what, patience = PATIENCE) {
    if (this.#gone !== null) {
      return Promise.resolve({ gone: this.#gone });
    }
    const id = ++this.#number;
    return new Promise((answer) => {
      const timer = setTimeout(() => answer({ gone: "late" }), patience);
      this.#waiting.set(id, (value) => {
        clearTimeout(timer);
        answer(value);
      });
      this.#port.postMessage({ id, ask: what });
    });
  }

  // Greets. Nothing else may be said before, and to another version nothing at all.
  async greet() {
    const answer = await this.ask({ hello: { version: VERSION } });
    return answer?.gone ?? whyStrange(answer?.hello);
  }

  close() {
    this.#gone ??= "closed";
    this.#port.disconnect();
  }
}

// Hands links over. `accepted` has their ids once they are written down; else the browser has to get them itself.
export async function handOver(links, how) {
  const line = new Line();
  try {
    const wrong = await line.greet();
    if (wrong !== null) {
      return { wrong };
    }
    const answer = await line.ask({ add: { links, how } });
    if (Array.isArray(answer?.accepted?.ids)) {
      return { accepted: answer.accepted.ids };
    }
    return { wrong: answer?.gone ?? "refused", message: answer?.refused?.message };
  } finally {
    line.close();
  }
}

// Takes back what was handed over.
export async function takeBack(ids) {
  const line = new Line();
  try {
    return (await line.greet()) === null && (await line.ask({ remove: { ids } })) === "done";
  } finally {
    line.close();
  }
}
