// Taking one download over from the browser. Nothing is lost on the way: it is paused, handed over, and taken from the
// browser only once the program has it. Whatever else happens, the browser goes on.

import { isRepeatable, nameOf, whyLeft } from "./rules.js";
import { linkOfDownload } from "./link.js";

// Offers a download to the program. `around` is the world: `settings`, `seen`, `jar`, `handOver`, `takeBack`, `holds`
// and `downloads`. True if the program has it now.
export async function offer(item, around) {
  const settings = await around.settings();
  const address = item.finalUrl || item.url;
  const left = whyLeft(item, settings, { now: around.now(), own: around.own });
  if (left !== null || (await around.isSpared()) || !(await around.isPermitted())) {
    return false;
  }
  const asked = await around.seen.soon(address);
  if (!isRepeatable(asked)) {
    return false;
  }
  await around.holds.hold(item.id);
  try {
    // What was posted cannot be asked for again, and may have led to the address that can.
    const first = isRepeatable(around.seen.of(item.url)) ? item.url : address;
    const cookies = await around.jar([...new Set([first, address])], item.incognito);
    const link = linkOfDownload({ ...item, url: first }, nameOf(item), asked, cookies);
    const answer = await around.handOver([link], settings.ask ? "ask" : "start");
    return answer.accepted !== undefined && (await takeFrom(item.id, answer.accepted, around));
  } catch (error) {
    console.warn("The browser keeps a download:", error);
    return false;
  } finally {
    await around.holds.release(item.id);
  }
}

// Takes it from the browser. One that the browser could complete meanwhile, or that somebody has ended, stays as it is.
async function takeFrom(id, ids, around) {
  const [item] = await around.downloads.search({ id });
  if (item?.state === "in_progress") {
    await around.downloads.cancel(id);
    await around.downloads.erase({ id });
    return true;
  }
  await around.takeBack(ids);
  return false;
}
