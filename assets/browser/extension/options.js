// The rules, each kept as soon as it is changed.

import { endingsIn, load, save, sitesIn } from "./settings.js";
import { fill, text } from "./texts.js";

const MB = 1_000_000;

// How each field is shown and read.
const FIELDS = {
  checkbox: { show: (field, value) => (field.checked = value), read: (field) => field.checked },
  number: { show: (field, value) => (field.value = value / MB), read: (field) => Number(field.value) * MB },
  textarea: {
    show: (field, value) => (field.value = value.join(" ")),
    read: (field) => (field.name === "sites" ? sitesIn : endingsIn)(field.value),
  },
};

async function begin() {
  fill(document);
  const settings = await load();
  for (const field of document.querySelectorAll("[name]:not(meta)")) {
    const { show, read } = FIELDS[field.type];
    show(field, settings[field.name]);
    field.addEventListener("change", async () => {
      await save({ ...(await load()), [field.name]: read(field) });
      show(field, (await load())[field.name]);
      document.getElementById("saved").textContent = text("saved");
    });
  }
}

begin();
