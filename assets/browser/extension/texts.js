// Words in the language of the browser.

export function text(name, ...values) {
  return chrome.i18n.getMessage(name, values.map(String)) || name;
}

// Fills in the words of a page.
export function fill(page) {
  page.documentElement.lang = chrome.i18n.getUILanguage();
  page.documentElement.dir = chrome.i18n.getMessage("@@bidi_dir");
  for (const element of page.querySelectorAll("[data-text]")) {
    element.textContent = text(element.dataset.text);
  }
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];

function number(value, unit, digits) {
  const style = { style: "unit", unit, maximumFractionDigits: digits };
  return new Intl.NumberFormat(chrome.i18n.getUILanguage(), style).format(value);
}

// `12.3 MB`; decimal, as Windlass and file managers show it.
export function size(bytes) {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return number(bytes / 1000 ** step, UNITS[step], step === 0 ? 0 : 1);
}

export function duration(seconds) {
  const [value, unit] =
    seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return number(value, unit, unit === "hour" ? 1 : 0);
}
