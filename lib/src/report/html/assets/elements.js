// The page's elements, and how texts and numbers are shown.

// Others wrote the texts: they are never markup, and what turns the direction of a line is not obeyed.
const not_shown =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
function shown(text) { return String(text).replace(not_shown, "\ufffd"); }

/** An element: el("p", {class: "note"}, "text", child, ...). null children are left out. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on"))
      element.addEventListener(name.slice(2), value);
    else if (value === true)
      element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, shown(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(child instanceof Node ? child : shown(child));
  }
  return element;
}

/** Whole numbers in full, others to four digits at least. */
function number(value) {
  if (value === null || value === undefined) return "-";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : 2;
  if (size >= 10)
    return value.toLocaleString("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  return value.toLocaleString("en-US", {minimumSignificantDigits: 4, maximumSignificantDigits: 4});
}

/** A number of summary.json; `path`: where it stands there. */
function datum(value, path) {
  if (typeof value !== "number") return el("span", {}, value === null || value === undefined ? "-" : value);
  return el("data", {value: JSON.stringify(value), "data-path": path}, number(value));
}
