// Every page works without this. It moves the focus to what is wrong with a form, and leads through pictures by arrows.
const faults = document.querySelector(".govuk-error-summary");
if (faults) {
  faults.tabIndex = -1;
  faults.focus();
}

// The marks of one picture are one stop of the keyboard; arrows lead from one to the next, Home and End to the ends.
for (const picture of document.querySelectorAll(".tl")) {
  const marks = [...picture.querySelectorAll(".ev")];
  const stop = (mark) => marks.forEach((each) => each.setAttribute("tabindex", each === mark ? 0 : -1));
  stop(marks[0]);
  picture.addEventListener("keydown", (event) => {
    const here = marks.indexOf(document.activeElement);
    const places = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: marks.length - 1 };
    const next = marks[places[event.key]];
    if (here < 0 || !next) return;
    event.preventDefault();
    stop(next);
    next.focus();
  });
}

// The code of a link stands behind the # of its address, which is sent to nobody. It is taken out of sight, and sent.
const entry = document.querySelector("form[data-code-of-link]");
if (entry && location.hash.length > 1) {
  entry.elements.code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  entry.requestSubmit();
}
