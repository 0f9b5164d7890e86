"use strict";
// The page of one refinement: it unpacks the frames, shows one of them in a table, and explains it beside the table.

// `packed` in view/page/__init__.py describes this object.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Make an HTML element with properties and children.
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Unpack a grid: a letter is the value of a cell, a number stands for that many cells that are the same as before.
function unpacked(text, before) {
  const values = [];
  for (const part of text.match(/\d+|[A-Za-z]/g) || []) {
    if (part >= "A") values.push(LETTERS.indexOf(part));
    else for (let n = Number(part); n > 0; n--) values.push(before[values.length]);
  }
  return values;
}

// Return all frames unpacked, the puzzle itself first. If the shape of the grid changes, no cell counts as changed.
function unfolded() {
  const frames = [];
  let before = {};
  for (const packed of data.frames) {
    const frame = { ...packed };
    for (const name of ["cells", "sure", "wrong", "latent"])
      if (name in packed) frame[name] = unpacked(packed[name], before[name]);
    const isAlike = before.cells && String(before.shape) === String(frame.shape);
    frame.changed = frame.cells.map((value, i) => Boolean(isAlike) && value !== before.cells[i]);
    frames.push(frame);
    before = { ...before, ...frame };
  }
  return frames;
}

const frames = unfolded(), last = frames.length - 1;
// The state of the page: the frame shown, the timer while it plays, the cell looked at, and whether a click keeps it.
let now = last, timer = null, place = null, isKept = false;

const percent = (level) => `${Math.round((100 * level) / data.levels)} %`;
const nameOf = (value) => data.names[value] ?? String(value);
const titleOf = (i) => (i === 0 ? "the puzzle" : `step ${frames[i].step}`);

// Return the classes of a cell in a frame; those of the latent have no changes and no conflicts.
function looks(frame, values, i, isLatent) {
  const isGiven = data.fixedKind !== "" && data.fixed[i] === 1;
  const classes = [isGiven ? data.fixedKind : data.kinds[values[i]]];
  // Thick borders of the boxes.
  if (data.box) {
    const [row, column] = [Math.floor(i / frame.shape[1]) + 1, (i % frame.shape[1]) + 1];
    if (column % data.box[1] === 0 && column < frame.shape[1]) classes.push("right");
    if (row % data.box[0] === 0 && row < frame.shape[0]) classes.push("below");
  }
  if (!isLatent && frame.changed[i]) classes.push("changed");
  if (!isLatent && frame.wrong[i] && !isGiven) classes.push("wrong");
  return classes.join(" ");
}

// Make an empty table with roles for screen readers, as its cells are laid out by the style sheet.
function table(caption) {
  const made = element("table", { className: "trm" }, element("tbody"));
  made.setAttribute("role", "table");
  made.setAttribute("aria-label", caption);
  return made;
}

// Return the cells of a table, made anew only if its shape has changed.
function shaped(made, [height, width]) {
  if (made.dataset.shape === `${height} ${width}`) return [...made.querySelectorAll("td")];
  made.dataset.shape = `${height} ${width}`;
  made.style.setProperty("--columns", width);
  const body = made.tBodies[0];
  body.replaceChildren();
  for (let r = 0; r < height; r++) {
    const row = element("tr");
    row.setAttribute("role", "row");
    for (let c = 0; c < width; c++) {
      const cell = element("td");
      cell.setAttribute("role", "cell");
      cell.dataset.i = r * width + c;
      row.append(cell);
    }
    body.append(row);
  }
  return [...made.querySelectorAll("td")];
}

// Write a grid into a table. Cells whose text is the same are left alone, so that screen readers stay quiet.
function paint(made, frame, values, isLatent) {
  shaped(made, frame.shape).forEach((cell, i) => {
    cell.className = looks(frame, values, i, isLatent) + (i === place ? " looked-at" : "");
    cell.style.setProperty("--sure", isLatent ? 1 : (frame.sure[i] / data.levels).toFixed(2));
    if (data.colours.length) cell.style.setProperty("--colour", data.colours[values[i]]);
    const text = data.letters[values[i]];
    const words = nameOf(values[i]) === text ? "" : nameOf(values[i]);
    const key = text + "|" + words;
    if (cell.dataset.key === key) return;
    cell.dataset.key = key;
    cell.replaceChildren(text, ...(words ? [element("span", {}, words)] : []));
  });
}

// The table of y, and one of z if the trace has the latent.
const answer = table("the answer");
const thought = frames.some((frame) => frame.latent) ? table("what the answer head reads off z") : null;

// Show frame i everywhere: tables, slider, words, chart cursors, the cell's history, and the address.
function show(i, keepsAddress) {
  now = Math.min(last, Math.max(0, i));
  const frame = frames[now];
  paint(answer, frame, frame.cells, false);
  if (thought) {
    thought.parentElement.hidden = !frame.latent;
    if (frame.latent) paint(thought, frame, frame.latent, true);
  }
  byId("slider").value = now;
  const words = titleOf(now) + (now === 0 ? "" : frame.step > data.maxSteps ? ", searching" : ` of ${data.maxSteps}`);
  byId("slider").setAttribute("aria-valuetext", words);
  byId("now").textContent = words;
  document.querySelectorAll(".cursor").forEach((line) => {
    line.setAttribute("x1", across(now));
    line.setAttribute("x2", across(now));
  });
  if (place !== null) tellCell();
  if (!keepsAddress) address(frame.step);
}

// Keep the step in the address, so that a link can lead to it. A page inside another one may not change its address.
function address(step) {
  try {
    history.replaceState(null, "", `#step=${step}`);
  } catch (error) {
    if (error.name !== "SecurityError") throw error;
  }
}

// -- playing

function pause() {
  clearInterval(timer);
  timer = null;
  byId("play").textContent = "play";
}

// Play from here, or from the start if the end is shown.
function play() {
  if (now === last) show(0);
  byId("play").textContent = "pause";
  clearInterval(timer);
  timer = setInterval(() => {
    show(now + 1);
    if (now === last) pause();
  }, Number(byId("pace").value));
}

function go(i) {
  pause();
  show(i);
}

// -- one cell

// Return the runs of frames in which a cell kept its value: {value, from, to}.
function runs(i) {
  const stays = [];
  frames.forEach((frame, n) => {
    if (n === 0 || i >= frame.cells.length) return;
    const run = stays.at(-1);
    if (run && run.value === frame.cells[i] && run.to === n - 1) run.to = n;
    else stays.push({ value: frame.cells[i], from: n, to: n });
  });
  return stays;
}

// Say how sure the network was of a cell during a run.
function sureOf(run, i) {
  const levels = frames.slice(run.from, run.to + 1).map((frame) => frame.sure[i]);
  const [low, high] = [Math.min(...levels), Math.max(...levels)].map(percent);
  return low === high ? `${low} sure` : `${low} to ${high} sure`;
}

// Return the values that the givens in the row, column and box of a cell leave open; without boxes, those that it had.
function candidates(i) {
  const had = new Set(runs(i).map((run) => run.value));
  if (!data.box) return [...had];
  const width = frames[0].shape[1], [r, c] = [Math.floor(i / width), i % width], [h, w] = data.box;
  const taken = new Set(data.given.filter((value, j) => {
    const [y, x] = [Math.floor(j / width), j % width];
    return y === r || x === c || (Math.floor(y / h) === Math.floor(r / h) && Math.floor(x / w) === Math.floor(c / w));
  }));
  return Array.from({ length: width }, (_, n) => n + 1).filter((value) => !taken.has(value));
}

function tellCell() {
  const width = frames[now].shape[1];
  byId("cell").querySelector("h2").textContent = `Row ${Math.floor(place / width) + 1}, column ${(place % width) + 1}`;
  byId("history").replaceChildren(...historyOf(place, frames[now]));
}

// Describe a cell: its value now, its earlier values with their steps, and the values that it could have.
function historyOf(i, frame) {
  const says = (words) => element("p", {}, words);
  if (i >= frame.cells.length) return [says("The grid of this step does not have this cell.")];
  const what = nameOf(frame.cells[i]);
  if (data.fixed[i] === 1) return [says(`${what}: given with the puzzle; it never changes.`)];
  const chips = runs(i).map((run) => {
    const [from, to] = [frames[run.from].step, frames[run.to].step];
    const steps = from === to ? `step ${from}` : `steps ${from}–${to}`;
    const isNow = run.from <= now && now <= run.to;
    return element("li", { className: isNow ? "on" : "" }, `${steps}: ${nameOf(run.value)}, ${sureOf(run, i)}`);
  });
  const state = `Now ${what}, ${percent(frame.sure[i])} sure.${frame.wrong[i] ? " It breaks the rules." : ""}`;
  const open = candidates(i).map(nameOf).join(", ");
  const could = data.box ? "Candidates that the givens allow" : "Values so far";
  return [says(now === 0 ? "Blank in the puzzle." : state), element("ol", {}, ...chips), says(`${could}: ${open}.`)];
}

// Look at a cell. A click keeps it until the next click on it; otherwise the cell under the pointer is shown.
function lookAt(i, keeps) {
  if (isKept && !keeps) return;
  isKept = keeps && !(isKept && place === i);
  place = i;
  document.querySelectorAll(".looked-at").forEach((cell) => cell.classList.remove("looked-at"));
  document.querySelectorAll(`.trm td[data-i="${i}"]`).forEach((cell) => cell.classList.add("looked-at"));
  tellCell();
}

function listen(made) {
  const cellOf = (event) => event.target.closest("td");
  made.addEventListener("mouseover", (event) => cellOf(event) && lookAt(Number(cellOf(event).dataset.i), false));
  made.addEventListener("click", (event) => cellOf(event) && lookAt(Number(cellOf(event).dataset.i), true));
  // With the keyboard: the grid can be tabbed to, and the arrow keys then go from cell to cell.
  made.tabIndex = 0;
  made.addEventListener("focus", () => place === null && lookAt(0, false));
  made.addEventListener("keydown", (event) => {
    const to = nextCell(event.key);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    isKept = false;
    lookAt(to, true);
  });
}

// The cell that an arrow key leads to from the one looked at; undefined for other keys.
function nextCell(key) {
  const [height, width] = frames[now].shape;
  const [row, column] = [Math.floor(place / width), place % width];
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? [];
  if (down === undefined) return undefined;
  const within = (n, size) => Math.min(size - 1, Math.max(0, n));
  return within(row + down, height) * width + within(column + right, width);
}

// -- charts

// The plot inside a chart, in the units of its view box; `across` is the x of a frame.
const [LEFT, RIGHT, TOP, FLOOR, WIDE, HIGH] = [34, 350, 10, 110, 360, 130];
const across = (i) => LEFT + ((RIGHT - LEFT) * i) / Math.max(1, last);

// Make an SVG element.
function drawn(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Draw values as a curve or as bars. A click shows the frame at that place.
function chart(title, sentence, values, top, isCurve) {
  const up = (value) => FLOOR - ((FLOOR - TOP) * value) / (top || 1);
  const svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": `${title}. ${sentence}` });
  svg.append(
    drawn("path", { class: "axis", d: `M${LEFT} ${TOP}V${FLOOR}H${RIGHT}` }),
    drawn("text", { x: LEFT - 5, y: TOP + 8, "text-anchor": "end" }, top === 1 ? "100%" : top),
    drawn("text", { x: LEFT - 5, y: FLOOR, "text-anchor": "end" }, "0"),
    drawn("text", { x: LEFT, y: HIGH - 5 }, "the puzzle"),
    drawn("text", { x: RIGHT, y: HIGH - 5, "text-anchor": "end" }, titleOf(last)),
  );
  // The puzzle itself has no values: null is left out.
  const known = values.map((value, i) => [i, value]).filter(([, value]) => value !== null);
  if (isCurve) {
    svg.append(drawn("line", { class: "half", x1: LEFT, x2: RIGHT, y1: up(0.5), y2: up(0.5) }));
    const points = known.map(([i, value]) => `${across(i)},${up(value)}`).join(" ");
    svg.append(drawn("polyline", { class: "curve", points }));
    for (const [i, value] of known) svg.append(drawn("circle", { class: "bar", cx: across(i), cy: up(value), r: 2.5 }));
  } else {
    const width = Math.min(14, (0.7 * (RIGHT - LEFT)) / Math.max(1, last));
    for (const [i, value] of known) {
      const [x, y] = [across(i) - width / 2, up(value)];
      svg.append(drawn("rect", { class: "bar", x, y, width, height: FLOOR - y }));
    }
  }
  svg.append(drawn("line", { class: "cursor", y1: TOP, y2: FLOOR }));
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDE;
    go(Math.round((last * (x - LEFT)) / (RIGHT - LEFT)));
  });
  return element("figure", {}, element("figcaption", {}, title, element("small", {}, sentence)), svg);
}

// The same numbers as a table, for readers who cannot see the charts.
function stepsTable() {
  const heads = ["step", "cells changed", "conflicts", "halting head", "seconds"];
  const rows = frames.slice(1).map((frame) => [
    frame.step, frame.n_changed, frame.wrong.filter(Boolean).length, `${Math.round(100 * frame.halt)} %`, frame.seconds,
  ]);
  const rowOf = (name, properties, values) =>
    element("tr", {}, ...values.map((value) => element(name, properties, String(value))));
  return element("table", {},
    element("caption", {}, "What happened, step by step"),
    element("thead", {}, rowOf("th", { scope: "col" }, heads)),
    element("tbody", {}, ...rows.map((row) => rowOf("td", {}, row))),
  );
}

// -- the page

// Connect everything, then show the step of the address, or the last one if motion is unwanted, or play.
function begin() {
  build();
  byId("slider").max = last;
  byId("slider").addEventListener("input", () => go(Number(byId("slider").value)));
  byId("play").addEventListener("click", () => (timer ? pause() : play()));
  byId("pace").addEventListener("change", () => timer && play());
  const targets = { first: () => 0, back: () => now - 1, forward: () => now + 1, last: () => last };
  for (const [id, to] of Object.entries(targets)) byId(id).addEventListener("click", () => go(to()));
  document.addEventListener("keydown", press);
  window.addEventListener("hashchange", () => asked() !== null && go(asked()));
  if (asked() !== null) show(asked());
  else if (matchMedia("(prefers-reduced-motion: reduce)").matches) show(last, true);
  else { show(0, true); play(); }
}

// Add the parts that need a script: the live table, z beside y, the charts and the table of steps.
function build() {
  byId("answer").querySelector("table").replaceWith(answer);
  listen(answer);
  if (thought) {
    const note = "what the answer head reads from the latent z, which is not trained to be an answer";
    const caption = element("figcaption", {}, "The thought ", element("i", {}, "z"), element("small", {}, note));
    byId("views").append(element("figure", { id: "thought" }, caption, thought));
    listen(thought);
  }
  const most = Math.max(1, ...frames.map((frame) => frame.n_changed));
  const ofSteps = (name) => frames.map((frame, i) => (i ? frame[name] : null));
  const halting = "How sure the network is that its answer is right; above the dashed line it would stop.";
  byId("charts").append(
    chart("The halting head", halting, ofSteps("halt"), 1, true),
    chart("Cells changed", "How many cells of the answer each step changed.", ofSteps("n_changed"), most, false),
  );
  byId("table").append(stepsTable());
  for (const made of document.querySelectorAll("[hidden]")) made.hidden = false;
}

// Arrow keys, Home and End move, the space bar plays, unless the focused control needs the key itself.
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isOn = (...names) => names.includes(event.target.tagName);
  const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
  if (to !== undefined && !isOn("INPUT", "SELECT")) go(to);
  else if (event.key === " " && !isOn("BUTTON", "SELECT", "SUMMARY")) timer ? pause() : play();
  else return;
  event.preventDefault();
}

// Return the frame that an address such as #step=3 names, or null if it names none.
function asked() {
  const match = location.hash.match(/^#step=(\d+)$/);
  if (!match) return null;
  const i = frames.findIndex((frame) => frame.step >= Number(match[1]));
  return i < 0 ? last : i;
}

begin();
