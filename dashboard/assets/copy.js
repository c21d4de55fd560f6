// Buttons that copy the text of another element, or the address of the page.
(function () {
  "use strict";
  function confirmCopy(button) {
    button.classList.add("copied");
    window.setTimeout(function () { button.classList.remove("copied"); }, 2000);
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy-link]");
    if (!button) { return; }
    var address = window.location.href.split("#")[0];
    if (navigator.clipboard) { navigator.clipboard.writeText(address).then(function () { confirmCopy(button); }, function () {}); }
    else { window.prompt(button.textContent, address); }
  });

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
    confirmCopy(button);
  });
})();
