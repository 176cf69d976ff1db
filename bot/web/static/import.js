// Says how far it is with a sheet that is being sent and checked, and brings whoever sent it to what came of it.
const form = document.getElementById("sheet");
const sending = document.getElementById("sending");
const words = sending.querySelector("p");
const bar = sending.querySelector("progress");

function say(text, part) {
  words.textContent = text;
  bar.hidden = part === undefined;
  if (part >= 0) bar.value = part;
  else bar.removeAttribute("value"); // nobody knows how much is left
  sending.hidden = false;
}

let sent = false;
form.addEventListener("htmx:beforeRequest", () => {
  sent = false;
  say(sending.dataset.sending, 0);
});
form.addEventListener("htmx:xhr:progress", ({ detail }) => {
  if (!sent && detail.lengthComputable) bar.value = detail.loaded / detail.total;
});
form.addEventListener("htmx:xhr:loadend", () => {
  if (!sent) say(sending.dataset.checking, -1);
  sent = true;
});
form.addEventListener("htmx:sendError", () => say(sending.dataset.failed));

document.body.addEventListener("htmx:afterSettle", () => {
  const result = document.querySelector("#problems, main h1");
  result.tabIndex = -1;
  result.focus();
});
