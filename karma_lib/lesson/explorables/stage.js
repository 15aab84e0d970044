// The stage the pieces play on: controls, pictures, clock, keyboard, words for a screen reader.

const ELEMENTS_THAT_TELL_THE_THEME = () => [document.documentElement, document.body];

/** Make an element with attributes and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Tell whether the page around is dark: its own word first, else the system's. */
function isDark() {
  const [page, body] = ELEMENTS_THAT_TELL_THE_THEME();
  if (page.dataset.theme) return page.dataset.theme === "dark";
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export const percent = (share) => `${Math.round(100 * share)} %`;
export const plain = (digits) => (value) => value.toFixed(digits);

export class Stage {
  constructor(el, { name, about }) {
    this.root = make("div", { class: "karma", role: "group", "aria-label": name });
    this.about = make("p", { class: "karma-about" }, about);
    this.panel = make("div", { class: "karma-panel" });
    this.bar = make("div", { class: "karma-bar" });
    this.facts = make("dl", { class: "karma-facts" });
    this.words = make("p", { class: "karma-words", "aria-hidden": "true" });
    this.status = make("p", { class: "karma-unseen", role: "status" });
    this.root.append(this.about, this.bar, this.facts, this.words, this.status);
    this.values = {};
    this.pictures = [];
    this.costs = [];
    this.playing = false;
    this.spoke = 0;
    el.append(this.root);
    // JupyterLab would take the arrow keys for moving between cells.
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.root.dataset.lmSuppressShortcuts = "true";
    this.watch();
  }

  /** Redraw where the size or the theme changes; stop when taken off the page. */
  watch() {
    const again = () => {
      this.root.classList.toggle("karma-dark", isDark());
      this.colours = null;
      this.draw();
    };
    this.sizes = new ResizeObserver(again);
    this.sizes.observe(this.root);
    this.themes = new MutationObserver(again);
    for (const element of ELEMENTS_THAT_TELL_THE_THEME()) {
      this.themes.observe(element, { attributeFilter: ["data-theme", "data-jp-theme-light"] });
    }
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.onchange = again;
    again();
  }

  leave() {
    this.pause();
    this.sizes.disconnect();
    this.themes.disconnect();
    this.scheme.onchange = null;
    this.root.remove();
  }

  get still() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  colour(name) {
    if (!this.colours) {
      const style = getComputedStyle(this.root);
      const names = ["paper", "ink", "muted", "line", "blue", "red"];
      this.colours = Object.fromEntries(names.map((n) => [n, style.getPropertyValue(`--karma-${n}`).trim()]));
    }
    return this.colours[name];
  }

  /** Add a group of sliders and choices; `changed(key)` is called after each move. */
  controls(title, rows, changed) {
    const box = make("fieldset", {}, make("legend", {}, title));
    for (const { key, label, value, options, say = String, ...range } of rows) {
      this.values[key] = value;
      const field = options ? make("select") : make("input", { type: "range", ...range });
      if (options) field.append(...options.map((o) => make("option", { value: o }, say(o))));
      field.setAttribute("aria-label", label);
      field.value = value;
      const output = make("output", { "aria-hidden": "true" });
      const tell = () => {
        output.textContent = options ? "" : say(this.values[key]);
        if (!options) field.setAttribute("aria-valuetext", say(this.values[key]));
      };
      field.addEventListener("input", () => {
        this.values[key] = Number(field.value);
        tell();
        changed(key);
      });
      tell();
      box.append(make("label", {}, make("span", {}, label), field, output));
    }
    this.panel.append(box);
    this.pictures[0].caption.after(this.panel);
  }

  /** Add a button; return it. */
  button(label, act) {
    const button = make("button", { type: "button" }, label);
    button.addEventListener("click", act);
    this.bar.append(button);
    return button;
  }

  /** Add the button that runs and pauses; without motion it goes to the end at once. */
  runner(step, finish, pace = 0) {
    let last = -Infinity;
    this.frame = (now) => {
      if (now - last < pace) return this.draw(); // milliseconds between steps
      last = now;
      step();
    };
    this.run = this.button("", () => {
      if (this.playing) return this.pause();
      if (this.still) return finish();
      this.play();
    });
    this.pause();
  }

  play() {
    this.playing = true;
    this.run.textContent = "Pause";
    const tick = (now) => {
      if (!this.playing || !this.root.isConnected) return;
      const begun = performance.now();
      this.frame(now);
      this.costs.push(performance.now() - begun);
      if (this.costs.length % 20 === 0) {
        const sorted = this.costs.splice(0, this.costs.length - 100) && [...this.costs].sort((a, b) => a - b);
        this.root.dataset.frameMs = sorted[sorted.length >> 1].toFixed(2);
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    this.playing = false;
    if (this.run) this.run.textContent = this.still ? "Run to the end" : "Run";
  }

  /** Add a picture: a canvas that `paint(context, width, height)` fills at any size. */
  picture(title, ratio, paint, attributes = { role: "img" }) {
    const canvas = make("canvas", attributes), caption = make("p", { class: "karma-key" }, title);
    const picture = { canvas, caption, paint, ratio, context: canvas.getContext("2d") };
    this.pictures.push(picture);
    this.root.append(canvas, caption);
    return picture;
  }

  draw() {
    for (const { canvas, paint, ratio, context } of this.pictures) {
      const width = canvas.clientWidth || 600, height = Math.round(width * ratio(width));
      const scale = window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
        canvas.style.aspectRatio = `${width} / ${height}`;
      }
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, height);
      context.font = `13px system-ui, sans-serif`;
      paint(context, width, height);
    }
  }

  /** Show numbers by name. */
  show(facts) {
    const pairs = Object.entries(facts);
    if (this.facts.children.length !== pairs.length) {
      this.facts.replaceChildren(...pairs.map(() => make("div", {}, make("dt"), make("dd"))));
    }
    pairs.forEach(([name, value], i) => {
      const [term, number] = this.facts.children[i].children;
      if (term.textContent !== name) term.textContent = name;
      if (number.textContent !== value) number.textContent = value;
    });
  }

  /** Say a sentence; to a screen reader at most every 3 seconds while something runs. */
  say(text) {
    this.words.textContent = text;
    const now = performance.now();
    if (this.playing && now - this.spoke < 3000) return;
    this.spoke = now;
    this.status.textContent = text;
  }
}

/** Place people so that those who are linked stand close: springs and repulsion, in [0, 1]. */
export function layout({ n, ptr, idx }, stream) {
  const x = new Float64Array(n), y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = Math.cos((2 * Math.PI * i) / n) + 0.1 * stream.unit();
    y[i] = Math.sin((2 * Math.PI * i) / n) + 0.1 * stream.unit();
  }
  const gap = 2 / Math.sqrt(n), rounds = 160;
  for (let round = 0; round < rounds; round++) {
    const dx = new Float64Array(n), dy = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const ex = x[i] - x[j], ey = y[i] - y[j], push = (gap * gap) / (ex * ex + ey * ey + 1e-6);
        dx[i] += ex * push, dy[i] += ey * push, dx[j] -= ex * push, dy[j] -= ey * push;
      }
      for (let a = ptr[i]; a < ptr[i + 1]; a++) {
        const j = idx[a], ex = x[i] - x[j], ey = y[i] - y[j], pull = Math.hypot(ex, ey) / gap / 2;
        dx[i] -= ex * pull, dy[i] -= ey * pull, dx[j] += ex * pull, dy[j] += ey * pull;
      }
      dx[i] -= 0.5 * x[i], dy[i] -= 0.5 * y[i];
    }
    const most = 0.2 * (1 - round / rounds);
    for (let i = 0; i < n; i++) {
      const length = Math.hypot(dx[i], dy[i]) || 1, move = Math.min(length, most) / length;
      x[i] += dx[i] * move, y[i] += dy[i] * move;
    }
  }
  for (const v of [x, y]) {
    const low = Math.min(...v), span = Math.max(...v) - low || 1;
    v.forEach((value, i) => (v[i] = (value - low) / span));
  }
  return { x, y };
}

/** Draw one person: a disc, a square or a triangle, filled or hollow. */
export function mark(context, shape, x, y, size, fill, edge) {
  context.beginPath();
  if (shape === "square") context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (shape === "up" || shape === "down") {
    const tip = shape === "up" ? -1.2 : 1.2;
    context.moveTo(x, y + tip * size);
    context.lineTo(x + 1.2 * size, y - 0.8 * tip * size);
    context.lineTo(x - 1.2 * size, y - 0.8 * tip * size);
    context.closePath();
  } else context.arc(x, y, size, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = edge;
  context.stroke();
}

/** The people and their links, for mouse, touch and keyboard. */
export class Crowd {
  constructor(stage, { label, legend, ratio, margin, place, look, links, describe, act, below }) {
    Object.assign(this, { stage, place, look, links, describe, act, below, margin, at: -1 });
    const attributes = { role: "application", tabindex: "0", "aria-label": label };
    attributes["aria-roledescription"] = "network";
    this.picture = stage.picture(legend, ratio, (...canvas) => this.paint(...canvas), attributes);
    const { canvas } = this.picture;
    canvas.addEventListener("pointerdown", (event) => this.click(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.stage.draw());
    canvas.addEventListener("focus", () => this.stage.draw());
  }

  spot(i, width, height) {
    const [x, y] = this.place(i), [top, right, bottom, left] = this.margin;
    return [left + x * (width - left - right), top + y * (height - top - bottom)];
  }

  paint(context, width, height) {
    const n = this.n, spots = Array.from({ length: n }, (_, i) => this.spot(i, width, height));
    context.lineWidth = width < 500 ? 0.6 : 1;
    for (const [colour, alpha, pairs, dash = []] of this.links(this.at)) {
      context.strokeStyle = this.stage.colour(colour);
      context.globalAlpha = alpha;
      context.setLineDash(dash);
      context.beginPath();
      for (const [i, j] of pairs) context.moveTo(...spots[i]), context.lineTo(...spots[j]);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    const size = Math.max(3, Math.min(8, width / Math.sqrt(n) / 9));
    spots.forEach(([x, y], i) => {
      const [shape, fill, edge, larger = 1] = this.look(i);
      mark(context, shape, x, y, size * larger, fill, edge);
    });
    if (this.at >= 0 && this.at < n) {
      context.lineWidth = 3;
      context.strokeStyle = this.stage.colour("ink");
      context.beginPath();
      context.arc(...spots[this.at], size + 6, 0, 2 * Math.PI);
      context.stroke();
    }
    this.below?.(context, width, height);
  }

  nearest(x, y, fits = () => true) {
    const { clientWidth: width, clientHeight: height } = this.picture.canvas;
    let best = -1, least = Infinity;
    for (let i = 0; i < this.n; i++) {
      const [a, b] = this.spot(i, width, height), distance = Math.hypot(a - x, b - y);
      if (distance < least && fits(i, a - x, b - y)) [best, least] = [i, distance];
    }
    return [best, least];
  }

  click(event) {
    const [person, distance] = this.nearest(event.offsetX, event.offsetY);
    if (distance > 24) return;
    this.at = person;
    this.act(person);
    this.stage.draw();
    this.stage.say(this.describe(person));
  }

  key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const { clientWidth: width, clientHeight: height } = this.picture.canvas;
      const [x, y] = this.at < 0 ? [width / 2, height / 2] : this.spot(this.at, width, height);
      const ahead = (i, a, b) => {
        const along = a * way[0] + b * way[1];
        return i !== this.at && along > 0 && along >= Math.abs(a * way[1] + b * way[0]);
      };
      const [next] = this.nearest(x, y, ahead);
      if (next >= 0) this.at = next;
    } else if (event.key === "Home") this.at = 0;
    else if ((event.key === "Enter" || event.key === " ") && this.at >= 0) this.act(this.at);
    else return;
    event.preventDefault();
    this.stage.draw();
    if (this.at >= 0) this.stage.say(this.describe(this.at));
  }
}

/** Draw two axes with ticks; return functions from values to places. */
export function axes(stage, context, width, height, { x, y, logged = false }) {
  const [left, right, top, bottom] = [52, 24, 28, 40];
  const warp = logged ? Math.log : (v) => v;
  const along = (v, [a, b], from, to) => from + ((warp(v) - warp(a)) / (warp(b) - warp(a) || 1)) * (to - from);
  const px = (v) => along(v, x.range, left, width - right);
  const py = (v) => along(v, y.range, height - bottom, top);
  context.strokeStyle = stage.colour("muted");
  context.fillStyle = stage.colour("ink");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left, height - bottom);
  context.lineTo(width - right, height - bottom);
  context.stroke();
  context.textAlign = "center";
  for (const v of x.ticks) context.fillText(x.say?.(v) ?? v, px(v), height - bottom + 16);
  context.fillText(x.label, (left + width - right) / 2, height - 6);
  context.textAlign = "right";
  for (const v of y.ticks) context.fillText(y.say?.(v) ?? v, left - 6, py(v) + 4);
  context.textAlign = "left";
  context.fillText(y.label, 4, 13);
  return [px, py];
}
