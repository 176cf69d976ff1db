// Shows what is new once a second, and sends forms without leaving the place. Without this script the page works
// too: every form is a plain form, and every answer is a whole page.
const shown = new WeakMap();
const news = document.getElementById("news");
let turn = Promise.resolve();

function remember(root) {
  root.querySelectorAll("[data-part], [data-part] > [data-key]").forEach((it) => shown.set(it, it.outerHTML));
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// What people have typed, opened or focused stays: only what the server says anew is replaced.
function replaced(old, fresh) {
  if (shown.get(old) === fresh.outerHTML) return old;
  const next = document.importNode(fresh, true);
  next.open = old.open;
  shown.set(next, fresh.outerHTML);
  old.replaceWith(next);
  return next;
}

function updateList(list, fresh) {
  const wanted = new Set([...fresh.children].map((it) => it.dataset.key));
  [...list.children].filter((it) => !wanted.has(it.dataset.key)).forEach((it) => it.remove());
  const before = new Map([...list.children].map((it) => [it.dataset.key, it]));
  let place = list.firstElementChild;
  for (const item of fresh.children) {
    const old = before.get(item.dataset.key);
    const here = old === place;
    const now = old ? replaced(old, item) : document.importNode(item, true);
    if (!old) shown.set(now, item.outerHTML);
    if (here) place = now.nextElementSibling;
    else list.insertBefore(now, place);
  }
  return fresh.children.length - before.size;
}

function update(page) {
  const focus = document.activeElement && document.activeElement.id;
  const told = [];
  for (const fresh of page.querySelectorAll("[data-part]")) {
    const old = document.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (!old) continue;
    if (old.hasAttribute("data-list")) {
      const added = updateList(old, fresh);
      if (added && old.classList.contains("feed")) told.push(`${old.getAttribute("aria-label").split(",")[0]}: ${added} new`);
    } else if (shown.get(old) !== fresh.outerHTML) {
      old.replaceChildren(...[...fresh.childNodes].map((it) => document.importNode(it, true)));
      shown.set(old, fresh.outerHTML);
    }
  }
  if (told.length) news.textContent = told.join(". ");
  if (focus && document.activeElement === document.body) document.getElementById(focus)?.focus({ preventScroll: true });
}

// One thing at a time: an answer that is under way must not overtake a later one.
function next(work) {
  turn = turn.then(work).catch(stopped);
  return turn;
}

function stopped() {
  const face = document.querySelector("[data-part=face]");
  shown.delete(face);
  face.innerHTML = "<p class='problem'>The demo does not answer. Has it been stopped? Start it again with: python3 start.py</p>";
}

let waiting = false;

function refresh() {
  if (document.hidden || waiting) return;
  waiting = true;
  next(async () => {
    const answer = await fetch(`/live?as=${encodeURIComponent(document.body.dataset.as)}`);
    if (answer.ok) update(parsed(await answer.text()));
  }).finally(() => { waiting = false; });
}

function send(event) {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  const button = event.submitter;
  if (button && button.name) fields.set(button.name, button.value);
  fields.set("script", "yes");
  next(async () => {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
    const page = parsed(await answer.text());
    update(page);
    if (page.querySelector("#notice .problem")) document.getElementById("notice").focus();
    else settle(form, button, fields.get("platform") || "story");
  });
}

// A box that was sent is emptied; where the form has gone, the keyboard goes on at its platform.
function settle(form, button, home) {
  if (form.classList.contains("asked")) form.reset();
  else if (form.hasAttribute("data-clear") && button.name !== "try") form.querySelector("textarea").value = "";
  if (document.activeElement === document.body) document.getElementById(home).focus({ preventScroll: true });
}

remember(document);
document.addEventListener("submit", send);
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, 1000);
