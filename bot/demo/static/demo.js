// Shows what is new once a second. Without it the page works too: every form is a plain form.
const live = document.getElementById("live");
let busy = false;

function typing() {
  const focused = document.activeElement;
  return live.contains(focused) && focused.matches("input, select, textarea, pre");
}

async function refresh() {
  if (busy || document.hidden || typing()) return;
  busy = true;
  try {
    const answer = await fetch(`/live?as=${encodeURIComponent(live.dataset.as)}`);
    if (!answer.ok || typing()) return;
    const open = new Set([...live.querySelectorAll("details[open]")].map((it) => it.dataset.key));
    const focused = document.activeElement && live.contains(document.activeElement);
    if (focused) return;
    live.innerHTML = await answer.text();
    live.querySelectorAll("details").forEach((it) => { it.open = open.has(it.dataset.key); });
  } catch {
    live.querySelector(".time").textContent = "The demo has stopped. Start it again with: python3 start.py";
  } finally {
    busy = false;
  }
}

setInterval(refresh, 1000);
