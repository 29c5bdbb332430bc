"use strict";

// Sends the form whenever something in it changes, and shows what the same page answers. Nothing
// is kept, nothing is found here, and without this the page has buttons for all of it.
const form = document.getElementById("play");
const text = document.getElementById("text");
const least = document.getElementById("least");
const PAUSE = 150;
let timer;
let asked = 0;

for (const button of document.querySelectorAll("[data-plain]")) {
  button.hidden = true;
}

function show(answer) {
  const focused = document.activeElement?.id;
  const revealed = document.getElementById("reveal")?.checked;
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = answer.getElementById(part.id);
    if (fresh) {
      part.replaceWith(document.adoptNode(fresh));
    }
  }
  const reveal = document.getElementById("reveal");
  if (reveal && revealed) {
    reveal.checked = true;
  }
  if (focused && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  offerCopies();
}

async function play(extra) {
  const mine = ++asked;
  const fields = new URLSearchParams(new FormData(form));
  for (const [name, value] of extra ?? []) {
    fields.set(name, value);
  }
  document.body.toggleAttribute("data-busy", true);
  try {
    const response = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
    const answer = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== asked) {
      return;
    }
    if (response.status === 429) {
      timer = setTimeout(play, 1000 * Number(response.headers.get("Retry-After") ?? 1));
      return;
    }
    if (extra) {
      text.value = answer.getElementById("text")?.value ?? text.value;
    }
    show(answer);
  } catch {
    timer = setTimeout(play, 1000);
  } finally {
    if (mine === asked) {
      document.body.toggleAttribute("data-busy", false);
    }
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(play, PAUSE);
}

function offerCopies() {
  const button = document.querySelector("[data-copy]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copied]").textContent);
    button.textContent = button.dataset.done;
  });
}

document.addEventListener("input", (event) => {
  if (event.target === least) {
    document.querySelector("[data-least]").value = Number(least.value).toFixed(2);
  }
  if (event.target.form === form) {
    soon();
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  play();
});

document.querySelector("[data-examples]").addEventListener("submit", (event) => {
  event.preventDefault();
  play([["example", event.submitter.value]]);
});

// What was pasted comes along into the other language, in the body as ever.
document.querySelector(".top nav a")?.addEventListener("click", (event) => {
  event.preventDefault();
  form.setAttribute("action", event.currentTarget.href);
  form.submit();
});

offerCopies();
if (!document.querySelector("#seen pre")) {
  play();
}
