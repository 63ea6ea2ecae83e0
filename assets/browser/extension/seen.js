// What the browser has asked for lately. A download does not tell how it was asked for; its request does.

// More are not remembered: what was asked for that long ago has been answered.
const MOST = 300;
// How long one is waited for: a background page that has just been woken up may hear of the download first.
const SOON = 2000;

// An address without the part that is not sent.
function sent(address) {
  return address.split("#", 1)[0];
}

export class Seen {
  #requests = new Map();
  #waiting = new Set();

  // Takes what webRequest tells of a request that is being sent.
  record({ url, method, requestHeaders }) {
    const key = sent(url);
    this.#requests.delete(key);
    this.#requests.set(key, { method, headers: requestHeaders ?? [] });
    if (this.#requests.size > MOST) {
      this.#requests.delete(this.#requests.keys().next().value);
    }
    this.#waiting.forEach((look) => look());
  }

  // The last request for this address; undefined if there was none.
  of(address) {
    return this.#requests.get(sent(address));
  }

  // The same, if it is seen soon.
  soon(address, patience = SOON) {
    return new Promise((resolve) => {
      const answer = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(this.of(address));
      };
      const look = () => this.of(address) !== undefined && answer();
      const timer = setTimeout(answer, patience);
      this.#waiting.add(look);
      look();
    });
  }
}
