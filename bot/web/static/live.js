// Keeps the live desk up to date. htmx fetches the page when the stream of events says so, and puts what is new in
// place; this says when that fails, tells a screen reader of new posts, and sees to it that nothing is pressed by mistake.
const following = document.getElementById("following");
const notices = document.getElementById("notices");
const news = document.getElementById("news");

const SILENCE = 90_000; // the stream tells of each new minute: one that is silent for longer is dead
const BREATH = 30_000; // between two lines about new posts
const GLANCE = 700; // as long as a finger needs that was on its way before the buttons changed

// What its reader has opened stays open, though the page is sent with everything closed.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => !(name === "open" && element.localName === "details");

function show(id) {
  for (const notice of notices.children) notice.hidden = notice.id !== id;
}

let silence;
function again() {
  htmx.trigger(following, "again");
}
function heard() {
  clearTimeout(silence);
  silence = setTimeout(again, SILENCE);
}

following.addEventListener("htmx:afterRequest", ({ detail }) => {
  show(detail.successful ? "" : detail.xhr.status === 401 ? "ended" : "lost");
  heard();
});
following.addEventListener("htmx:sseOpen", () => {
  following.classList.add("ap-followed"); // until then, perhaps for ever, the page can be had to reload itself
  if (!document.getElementById("lost").hidden) again();
});
window.addEventListener("online", again);
window.addEventListener("offline", () => show("lost"));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) again(); // a telephone that was in a pocket
});

const posts = () => Number(document.getElementById("desk").dataset.posts);
let told = posts();
let breathing = false;
function tell() {
  if (breathing || posts() <= told) return;
  news.textContent = `${news.dataset.words}: ${posts() - told}`;
  told = posts();
  breathing = true;
  setTimeout(() => {
    breathing = false;
    tell();
  }, BREATH);
}

const buttons = () =>
  [...following.querySelectorAll("button[name=press]")].map((button) => button.value + button.form.offsetTop).join();
let known = buttons();
let changed = -GLANCE;
following.addEventListener("htmx:afterSettle", () => {
  if (buttons() !== known) changed = performance.now();
  known = buttons();
  tell();
});
following.addEventListener("submit", (event) => {
  if (performance.now() - changed > GLANCE) return;
  event.preventDefault();
  show("moved");
});

heard();
