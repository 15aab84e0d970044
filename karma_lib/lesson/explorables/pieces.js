// The door for a notebook's widget, and for a page of the book.
import { fromRows } from "./network.js";
import { herd } from "./herd.js";
import { chamber } from "./chamber.js";
import { storm } from "./storm.js";

export function render({ model, el }) {
  const rows = model.get("rows");
  const graph = rows ? fromRows(rows.ptr, rows.idx, rows.directed) : undefined;
  return { herd, chamber, storm }[model.get("piece")](el, { graph, ...model.get("settings") });
}

export default { render };
