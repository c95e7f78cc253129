"use strict";

// What a person wrote is not lost when the kiosk does not answer: it stays on the page and
// is sent again until the kiosk has it. The form's own id lets the kiosk keep it once.

const SEND_AGAIN_MS = 2000;
let waiting = false;

async function send(form, body) {
  let answer;
  try {
    answer = await fetch(location.href, { method: "POST", body, cache: "no-store" });
    if (answer.status === 503) throw new Error("not now");
  } catch {
    waiting = true;
    form.querySelector("#kept-here").hidden = false;
    setTimeout(() => send(form, body), SEND_AGAIN_MS);
    return;
  }
  waiting = false;
  if (answer.redirected) location.replace(answer.url);
  else showAnswer(await answer.text());
}

function showAnswer(text) {
  // Somebody else was first, or something typed does not hold: the page says so, the text in it.
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = document.getElementById("main");
  main.replaceChildren(...page.getElementById("main").childNodes);
  main.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-keeps-trying]");
  if (!form) return;
  event.preventDefault();
  send(form, new URLSearchParams(new FormData(form)));
});
addEventListener("beforeunload", (event) => waiting && event.preventDefault()); // the browser asks first
