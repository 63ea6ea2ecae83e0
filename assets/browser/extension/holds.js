// Downloads that are paused until it is clear who gets them. They are written down for as long as the browser runs, as
// it may end this worker at any time; the next one lets them go on.

const KEY = "held";

export class Holds {
  #pauses;
  #turn = Promise.resolve();

  // Whether they are paused: Firefox can only end what it cannot go on with in the middle, so there they run on.
  constructor(pauses) {
    this.#pauses = pauses;
  }

  // One change after the other.
  #change(how) {
    const changed = this.#turn.then(async () => {
      const held = (await chrome.storage.session.get(KEY))[KEY] ?? [];
      await chrome.storage.session.set({ [KEY]: how(held) });
    });
    this.#turn = changed.catch(() => {});
    return changed;
  }

  async hold(id) {
    if (this.#pauses) {
      await this.#change((held) => [...held, id]);
      // One that has all its bytes already cannot be paused, and need not be.
      await chrome.downloads.pause(id).catch(() => {});
    }
  }

  // Lets it go on, if it is still there.
  async release(id) {
    if (this.#pauses) {
      const [item] = await chrome.downloads.search({ id });
      if (item?.state === "in_progress" && item.paused) {
        await chrome.downloads.resume(id).catch(() => {});
      }
      await this.#change((held) => held.filter((known) => known !== id));
    }
  }

  // Lets go on what a worker before this one has held.
  async releaseAll() {
    const held = (await chrome.storage.session.get(KEY))[KEY] ?? [];
    await Promise.all(held.map((id) => this.release(id)));
  }
}
