// On a phone the rows of a wide or wordy table become cards; each value carries the name of its column.
addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("article table.table")) {
    const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    const wordy = [...table.querySelectorAll("tbody td")].some((cell) => cell.textContent.length > 60);
    if (names.length < (wordy ? 3 : 6)) continue;
    table.classList.add("cards");
    const roles = { thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };
    table.setAttribute("role", "table"); // laid out as blocks, it would be none to a screen reader
    for (const [tag, role] of Object.entries(roles)) {
      for (const part of table.querySelectorAll(tag)) part.setAttribute("role", role);
    }
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, i) => {
        cell.dataset.column = names[i] && `${names[i]}: `;
        cell.classList.toggle("nothing", !cell.textContent.trim());
      });
    }
  }
});

// A button that folds the code away, for readers of words and pictures.
addEventListener("DOMContentLoaded", () => {
  const title = document.querySelector("article h1");
  if (!title || !document.querySelector("article .cell_input")) return;
  const button = document.createElement("button");
  const set = (hidden) => {
    document.documentElement.classList.toggle("without-code", hidden);
    button.textContent = hidden ? "Show the code" : "Hide the code";
    try {
      localStorage.setItem("without-code", hidden ? "1" : "");
    } catch {} // a page from disk may not be allowed to remember
  };
  let hidden = false;
  try {
    hidden = localStorage.getItem("without-code") === "1";
  } catch {}
  button.type = "button";
  button.className = "code-button";
  button.addEventListener("click", () => set(!document.documentElement.classList.contains("without-code")));
  set(hidden);
  title.after(button);
});
