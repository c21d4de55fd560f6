/* Looks for words in the index below; nothing is fetched, so it works from a disk. */
(function () {
  "use strict";
  var index = [] /* index */;
  var field = document.getElementById("words");
  var list = document.getElementById("found");
  var count = document.getElementById("count");
  var every = list.innerHTML;
  function plain(text) {
    return text.toLowerCase().replace(/\u200b/g, "").normalize("NFC");
  }
  index.forEach(function (one) { one.w = plain(one.w + " " + one.t); });
  function show() {
    var words = plain(field.value).split(/\s+/).filter(Boolean);
    if (!words.length) { list.innerHTML = every; count.textContent = ""; return; }
    var found = index.filter(function (one) {
      return one.l === field.dataset.language && words.every(function (word) { return one.w.indexOf(word) >= 0; });
    });
    list.textContent = "";
    found.forEach(function (one) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = field.dataset.root + one.p;
      link.textContent = one.t;
      item.appendChild(link);
      list.appendChild(item);
    });
    count.textContent = found.length ? String(found.length) : field.dataset.none;
  }
  field.addEventListener("input", show);
  show();
}());
