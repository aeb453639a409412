// Cards of a grid follow the pointer, and the arrows of who has the focus on their grip; where to is told in columns and rows.
const WAYS = { ArrowLeft: ["left", "narrower"], ArrowRight: ["right", "wider"], ArrowUp: ["up", "lower"], ArrowDown: ["down", "higher"] };

const gripOf = (event) => event.composedPath().find((node) => node.dataset && node.dataset.drag);

function dragged(model, event) {
  const grip = gripOf(event);
  if (!grip || event.button) return;
  const card = grip.closest(".card"), board = card.parentElement, style = getComputedStyle(board);
  const gap = parseFloat(style.columnGap), wide = (board.clientWidth + gap) / 12, high = parseFloat(style.gridAutoRows) + gap;
  const size = grip.dataset.drag === "size", from = [event.clientX, event.clientY];
  const before = card.getAttribute("style"), [w, h] = ["--w", "--h"].map((name) => Number(card.style.getPropertyValue(name)));
  const by = (at) => [at.clientX - from[0], at.clientY - from[1]];
  const cells = (at) => [Math.round(by(at)[0] / wide), Math.round(by(at)[1] / high)];
  const draw = (at) => {
    const [across, down] = cells(at);
    if (!size) return card.style.setProperty("transform", `translate(${by(at)[0]}px, ${by(at)[1]}px)`);
    card.style.setProperty("--w", Math.max(1, w + across));
    card.style.setProperty("--h", Math.max(1, h + down));
  };
  const end = () => {
    grip.onpointermove = grip.onpointerup = grip.onpointercancel = null;
    card.classList.remove("dragged");
    card.setAttribute("style", before);
  };
  event.preventDefault();
  grip.focus?.({ preventScroll: true });
  grip.setPointerCapture(event.pointerId);
  card.classList.add("dragged");
  grip.onpointermove = draw;
  grip.onpointercancel = end;
  grip.onpointerup = (at) => {
    end();
    const [across, down] = cells(at);
    if (!across && !down) return;
    heldOn(grip);
    model.send_msg({ act: "drag", fields: [["card", grip.dataset.card], ["how", grip.dataset.drag], ["across", String(across)], ["down", String(down)]] });
  };
}

function nudged(model, event) {
  const grip = gripOf(event), ways = WAYS[event.key];
  if (!grip || !ways) return;
  event.preventDefault();
  heldOn(grip);
  model.send_msg({ act: event.shiftKey ? "size" : "move", fields: [["card", `${grip.dataset.card}:${ways[event.shiftKey ? 1 : 0]}`]] });
}

function dragging(model) {
  document.addEventListener("pointerdown", (event) => dragged(model, event));
  document.addEventListener("keydown", (event) => nudged(model, event));
}
