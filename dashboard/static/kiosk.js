"use strict";

// Keeps an open page current: follows the kiosk's event stream and fetches the page's
// own region again when something on it changed. Pages work without this script.

const MOST_PHOTO_BYTES = 20 * 1024 * 1024;
const OFFLINE_AFTER_MS = 1500;
const RECONNECT_MS = 3000;
const ESTIMATE_MS = 700;
const REPORT_MS = 6000;
const FORGET_MS = 8000;

const byId = (id) => document.getElementById(id);

async function fetchPage(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (response.redirected && new URL(response.url).pathname === "/pair") location.assign("/pair");
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// --- the region that changes ---------------------------------------------------

let fetching = false;
let fetchAgain = false;
let shownText = "";
let shownAt = performance.now();

async function refresh() {
  const region = byId("live-region");
  if (!region) return;
  if (fetching) {
    fetchAgain = true;
    return;
  }
  fetching = true;
  try {
    do {
      fetchAgain = false;
      show(region, await fetchPage(location.href));
    } while (fetchAgain);
  } catch (error) {
    if (error.message === "404") location.assign("/cases"); // erased meanwhile
  } finally {
    fetching = false;
  }
}

function show(region, page) {
  const fresh = page.getElementById("live-region");
  shownAt = performance.now();
  if (fresh.innerHTML === shownText) return;
  shownText = fresh.innerHTML;
  const images = [...region.querySelectorAll("img")];
  const said = region.querySelector("[data-announce]")?.dataset.announce;
  // A photo that is on the page already stays, so that nothing flickers.
  for (const image of fresh.querySelectorAll("img")) {
    const shown = region.querySelector(`img[src="${CSS.escape(image.getAttribute("src"))}"]`);
    if (shown) image.replaceWith(shown);
  }
  const chosen = [...region.querySelectorAll("input:checked")].map((input) => [input.name, input.value]);
  region.replaceChildren(...fresh.childNodes);
  for (const [name, value] of chosen) {
    const input = region.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    if (input) input.checked = true;
  }
  for (const image of images) if (!image.isConnected) image.removeAttribute("src"); // ends a live picture
  const says = region.querySelector("[data-announce]")?.dataset.announce;
  if (says && says !== said) byId("announcement").textContent = says;
}

function concerns(region, changed) {
  const follows = region?.dataset.follow;
  return ["all", "newest", "screen", changed.id, changed.retake_of].includes(follows);
}

// --- the kiosk's lights --------------------------------------------------------

function showPanel(panel) {
  showFault(panel.words ?? "");
  showScene(panel);
  const state = byId("kiosk-state");
  if (!state) return;
  const before = state.dataset.pattern;
  if (before !== panel.pattern) {
    state.dataset.pattern = panel.pattern;
    state.querySelector(".words").textContent = JSON.parse(state.dataset.words)[panel.pattern] ?? panel.pattern;
    if (before === "off") restartLivePicture();
  }
  for (const [colour, lit] of Object.entries(panel.lights ?? {})) {
    const light = document.querySelector(`[data-light="${colour}"]`);
    if (!light) continue;
    light.dataset.lit = String(lit);
    light.querySelector(".level").textContent = lit ? "on" : "off";
  }
}

function showFault(words) {
  const fault = byId("fault"); // staff's pages only
  if (!fault || fault.textContent === words) return;
  fault.textContent = words;
  fault.hidden = !words;
  if (byId("live-region")?.dataset.follow !== "panel") return;
  refresh();
  setTimeout(refresh, REPORT_MS); // some of it is reported a little later
}

// --- the kiosk's own screen ----------------------------------------------------

let panelBefore = "";

function showScene(panel) {
  if (!byId("scene")) return;
  const now = `${panel.pattern} ${panel.seconds_left ?? ""}`;
  const number = byId("seconds-left");
  if (number && panel.pattern === "countdown" && panel.seconds_left) {
    number.textContent = byId("announcement").textContent = panel.seconds_left;
  } else if (now !== panelBefore) refresh();
  panelBefore = now;
}

function lookAgain() {
  const scene = byId("scene");
  if (!scene) return;
  const overdue = performance.now() - shownAt - 1000 * scene.dataset.againSeconds;
  if (overdue >= 0) refresh();
  if (overdue >= FORGET_MS) {
    scene.replaceChildren(); // nobody's finding stays where the kiosk does not answer any more
    shownText = "";
  }
}

// --- the event stream ----------------------------------------------------------

let events = null;
let lastChange = document.body.dataset.after;
let missed = false;
let offlineTimer = 0;

function connect() {
  disconnect();
  events = new EventSource(`/api/v1/events?after=${lastChange}`);
  events.addEventListener("open", onOpen);
  events.addEventListener("error", onError);
  events.addEventListener("state", (event) => showPanel(JSON.parse(event.data)));
  for (const name of ["case", "erased", "opinion", "recommendation", "screen"]) events.addEventListener(name, onChange);
}

function disconnect() {
  events?.close();
  events = null;
  clearTimeout(offlineTimer);
  offlineTimer = 0;
}

function onChange(event) {
  lastChange = event.lastEventId;
  const region = byId("live-region");
  const changed = JSON.parse(event.data);
  if (event.type === "erased" && region?.dataset.follow === changed.id) location.assign("/cases");
  else if (concerns(region, changed)) refresh();
}

function onOpen() {
  clearTimeout(offlineTimer);
  offlineTimer = 0;
  byId("offline").hidden = true;
  if (missed) {
    missed = false;
    refresh();
    restartLivePicture();
  }
}

function onError() {
  missed = true;
  if (!offlineTimer) {
    offlineTimer = setTimeout(() => {
      byId("offline").hidden = false;
    }, OFFLINE_AFTER_MS);
  }
  if (events.readyState === EventSource.CLOSED) {
    fetchPage(location.href).catch(() => undefined); // not paired any more: leads to pairing
    setTimeout(() => !document.hidden && connect(), RECONNECT_MS);
  }
}

// --- the live picture and its running estimate ---------------------------------

function restartLivePicture() {
  const picture = byId("live-picture");
  if (picture && !document.hidden) picture.src = `/live.mjpeg?from=${Date.now()}`;
}

async function followEstimate() {
  const estimate = byId("estimate");
  if (!estimate) return;
  if (!document.hidden) {
    try {
      const page = await fetchPage(estimate.dataset.source);
      estimate.replaceChildren(...page.body.childNodes);
    } catch {
      estimate.replaceChildren(); // the notice about the connection says enough
    }
  }
  setTimeout(followEstimate, ESTIMATE_MS);
}

// --- a photo of this phone -----------------------------------------------------

function preview(input, others) {
  const [file] = input.files;
  const figure = byId("preview");
  if (!file) return;
  for (const other of others) if (other !== input) other.value = "";
  const image = figure.querySelector("img");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(file);
  figure.querySelector("figcaption").textContent =
    file.size > MOST_PHOTO_BYTES ? "This photo is larger than 20 MiB: choose a smaller one." : "Is the spot sharp and in the middle?";
  figure.hidden = false;
}

function onSubmit(event) {
  for (const button of event.target.querySelectorAll("button")) {
    setTimeout(() => (button.disabled = true)); // after the form was sent with it
    button.setAttribute("aria-busy", "true");
  }
}

function onPageShown() {
  for (const button of document.querySelectorAll('button[aria-busy="true"]')) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

// --- start ---------------------------------------------------------------------

function onVisibility() {
  // A browser opens six connections to one kiosk: a page nobody sees gives its own back.
  if (document.hidden) {
    disconnect();
    if (byId("live-picture")) byId("live-picture").removeAttribute("src");
  } else {
    missed = true;
    connect();
    restartLivePicture();
  }
}

document.documentElement.classList.add("scripted");
document.addEventListener("submit", onSubmit);
addEventListener("pageshow", onPageShown);
if (lastChange !== undefined) {
  connect();
  followEstimate();
  setInterval(lookAgain, 1000);
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("pagehide", disconnect);
  const inputs = [...document.querySelectorAll("#photo-form input[type=file]")];
  for (const input of inputs) input.addEventListener("change", () => preview(input, inputs));
}
