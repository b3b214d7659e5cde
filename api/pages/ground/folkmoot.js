// Every page works without this. It moves the focus to what is wrong with a form.
const faults = document.querySelector(".govuk-error-summary");
if (faults) {
  faults.tabIndex = -1;
  faults.focus();
}
