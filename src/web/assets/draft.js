// Choosing the words of a comment by selecting them in the wording. Everything works without this: the words can be
// typed. Places are told in grapheme clusters of the base's wording, which is what is shown without what changes put
// in (ins) and without the numbers that stand beside the words (data-aside).

const wording = document.getElementById("wording");
const form = document.getElementById("comment-form");
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("ja", { granularity: "grapheme" }) : null;

function baseText(range) {
  const parts = document.createElement("div");
  parts.append(range.cloneContents());
  for (const aside of parts.querySelectorAll("ins, [data-aside]")) aside.remove();
  return parts.textContent;
}

function count(text) {
  return [...segmenter.segment(text)].length;
}

// The selection within the wording; null when it is empty or reaches out of it.
function chosen() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  return wording.contains(range.startContainer) && wording.contains(range.endContainer) ? range : null;
}

function take() {
  const range = chosen();
  if (!range) return;
  const before = document.createRange();
  before.setStart(wording, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const quote = baseText(range);
  const from = count(baseText(before));
  if (quote.trim() === "") return;
  form.elements.quote.value = quote;
  form.elements.from.value = from;
  form.elements.to.value = from + count(quote);
  form.closest("details").open = true;
  document.getElementById("comment-chosen").hidden = false;
}

if (wording && form && segmenter) {
  document.addEventListener("mouseup", take);
  document.addEventListener("keyup", (event) => {
    if (event.shiftKey || event.key === "Shift") take();
  });
  form.elements.quote.addEventListener("input", () => {
    form.elements.from.value = "";
    form.elements.to.value = "";
  });
}
