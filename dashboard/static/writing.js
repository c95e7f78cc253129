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
    hold(form, true);
    setTimeout(() => send(form, body), SEND_AGAIN_MS);
    return;
  }
  hold(form, false);
  if (answer.redirected && new URL(answer.url).pathname !== "/pair") location.replace(answer.url);
  else showAnswer(form, await answer.text());
}

function hold(form, isWaiting) {
  // What is sent again is what was saved: nobody goes on typing into it meanwhile.
  waiting = isWaiting;
  form.querySelector("#kept-here").hidden = !isWaiting;
  for (const field of form.elements) if ("readOnly" in field) field.readOnly = isWaiting;
}

function showAnswer(form, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const answer = page.getElementById("main");
  // Somebody else was first: the page has both. Anything else is said above what was typed, which stays.
  if (answer.querySelector("form[data-keeps-trying]")) document.getElementById("main").replaceChildren(...answer.childNodes);
  else refuse(form, answer);
  document.querySelector("#main [role=alert]")?.scrollIntoView({ block: "center" });
}

function refuse(form, answer) {
  form.querySelector("[role=alert]")?.remove();
  const alert = document.createElement("p");
  alert.setAttribute("role", "alert");
  alert.className = "notice";
  alert.textContent = answer.querySelector("#problem-detail")?.textContent ?? "This phone is not paired any more: nothing was saved.";
  form.prepend(alert);
  for (const button of form.querySelectorAll("button")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-keeps-trying]");
  if (!form) return;
  event.preventDefault();
  send(form, new URLSearchParams(new FormData(form)));
});
addEventListener("beforeunload", (event) => waiting && event.preventDefault()); // the browser asks first
