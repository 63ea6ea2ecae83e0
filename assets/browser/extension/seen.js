// What the browser has asked for lately. A download does not tell how it was asked for; its request does.

// More are not remembered: what was asked for that long ago has been answered.
const MOST = 300;

// An address without the part that is not sent.
function sent(address) {
  return address.split("#", 1)[0];
}

export class Seen {
  #requests = new Map();

  // Takes what webRequest tells of a request that is being sent.
  record({ url, method, requestHeaders }) {
    const key = sent(url);
    this.#requests.delete(key);
    this.#requests.set(key, { method, headers: requestHeaders ?? [] });
    if (this.#requests.size > MOST) {
      this.#requests.delete(this.#requests.keys().next().value);
    }
  }

  // The last request for this address; undefined if there was none.
  of(address) {
    return this.#requests.get(sent(address));
  }
}
