// Buttons that copy the text of another element.
(function () {
  "use strict";
  // Uses the clipboard where the browser allows it (https), else a selection.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) { return; }
    var source = document.getElementById(button.dataset.copy);
    var range = document.createRange();
    range.selectNodeContents(source);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
    if (navigator.clipboard) {
      navigator.clipboard.writeText(source.textContent).then(null, function () { document.execCommand("copy"); });
    } else {
      document.execCommand("copy");
    }
    button.classList.add("copied");
    window.setTimeout(function () { button.classList.remove("copied"); }, 2000);
  });
})();
