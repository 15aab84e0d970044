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
