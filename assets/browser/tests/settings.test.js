import assert from "node:assert/strict";
import { test } from "node:test";

import { DEFAULTS, endingsIn, sane, sitesIn } from "../extension/settings.js";

test("whatever was kept becomes settings", () => {
  for (const kept of [undefined, null, 7, "x", [], { capture: "yes", minimum: -1, taken: "iso", sites: [1, ""] }]) {
    assert.deepEqual(sane(kept), { ...DEFAULTS });
  }
  const kept = { capture: false, minimum: 1.5, taken: ["a", "a"], left: ["b"], sites: ["c"], ask: true, unknown: 1 };
  const expected = { capture: false, minimum: 1, taken: ["a"], left: ["b"], sites: ["c"], ask: true };
  assert.deepEqual(sane(kept), { ...DEFAULTS, ...expected });
});

test("endings and sites are read as people type them", () => {
  assert.deepEqual(endingsIn(" .ISO, zip;*.mkv zip\n"), ["iso", "zip", "mkv"]);
  assert.deepEqual(sitesIn("Example.org https://a.example/x?y, *.b.example  ?"), ["example.org", "a.example", "b.example"]);
});
