/* Search the index below. The index is part of the script, so that the page works from a disk. */
(function () {
  "use strict";
  var index = [] /* index */;
  var field = document.getElementById("words");
  var list = document.getElementById("found");
  var count = document.getElementById("count");
  var allItems = list.innerHTML;
  function normalize(text) {
    return text.toLowerCase().replace(/\u200b/g, "").normalize("NFC");
  }
  field.value = new URLSearchParams(window.location.search).get("q") || "";
  index.forEach(function (entry) { entry.w = normalize(entry.w + " " + entry.t); });
  function show() {
    var words = normalize(field.value).split(/\s+/).filter(Boolean);
    if (!words.length) { list.innerHTML = allItems; count.textContent = ""; return; }
    var matches = index.filter(function (entry) {
      return entry.l === field.dataset.language && words.every(function (word) { return entry.w.indexOf(word) >= 0; });
    });
    list.textContent = "";
    matches.forEach(function (entry) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = field.dataset.root + entry.p;
      link.textContent = entry.t;
      item.appendChild(link);
      list.appendChild(item);
    });
    count.textContent = matches.length ? String(matches.length) : field.dataset.none;
  }
  field.addEventListener("input", show);
  show();
}());
