// Which of the headers that the browser has sent go along with a download. Pure.

// Those that belong to one connection or one answer, are the program's to set, or go another way: cookies and logins.
const LEFT = new Set([
  "accept-encoding", "authorization", "cache-control", "connection", "content-length", "content-range", "content-type",
  "cookie", "cookie2", "dnt", "expect", "host", "keep-alive", "origin", "pragma", "priority", "range", "te", "trailer",
  "transfer-encoding", "upgrade", "upgrade-insecure-requests", "via",
]);
const LEFT_KINDS = ["proxy-", "if-", "sec-"];

// A name is a token (RFC 9110 §5.6.2), and no value has a line in it that would be another header.
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

export function goesAlong(name, value) {
  const low = name.toLowerCase();
  const isLeft = LEFT.has(low) || LEFT_KINDS.some((kind) => low.startsWith(kind));
  return !isLeft && NAME.test(name) && typeof value === "string" && !CONTROL.test(value);
}

// Pairs of name and value, of what webRequest shows.
export function along(seen) {
  return (seen ?? []).filter(({ name, value }) => goesAlong(name, value)).map(({ name, value }) => [name, value]);
}

// The value of one of them; undefined if it is not there.
export function valueOf(pairs, name) {
  return pairs.find(([known]) => known.toLowerCase() === name)?.[1];
}
