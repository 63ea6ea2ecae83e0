// The links of a page, or of what is selected on it; looked at when somebody asks for it in the menu, and never else.

// Runs in the page, so it has to bring along all that it needs.
export function linksInPage(selected) {
  const selection = selected ? document.getSelection() : null;
  const all = [...document.querySelectorAll("a[href], area[href]")];
  const meant = selection === null ? all : all.filter((link) => selection.containsNode(link, true));
  const words = selection === null ? [] : (String(selection).match(/\b(?:https?|ftp):\/\/[^\s<>"]+/g) ?? []);
  return [...meant.map((link) => link.href), ...words.map((word) => word.replace(/[.,;:!?)\]}'’”]+$/, ""))];
}

export async function collect(tab, frameId, selected) {
  const target = { tabId: tab.id, frameIds: [frameId ?? 0] };
  const [found] = await chrome.scripting.executeScript({ target, func: linksInPage, args: [selected] });
  return found?.result ?? [];
}
