// On pages that need no script: progress of uploads, dropping files, trying again, menus that close.
(function () {
  "use strict";
  var STALLED_AFTER = 60000;

  function make(kind, text, name) {
    var made = document.createElement(kind);
    if (text) { made.textContent = text; }
    if (name) { made.className = name; }
    return made;
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return name in values ? values[name] : all; });
  }

  // Of the session that there is now: somebody may have signed in again in another window.
  function currentToken() {
    var found = document.cookie.match(/(?:^|;\s*)csrf=([^;]*)/);
    return found ? decodeURIComponent(found[1]) : "";
  }

  // One row for each file: its name, a bar, what came of it, and a button to try again.
  function makeRow(name) {
    var row = make("div", "", "upload-row");
    var bar = make("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    var parts = {row: row, bar: bar, told: make("p", "", "told"), more: make("div")};
    row.append(make("b", name), bar, parts.told, parts.more);
    return parts;
  }

  function Uploader(form) {
    var dropped = null;
    var busy = false;
    var largest = Number(form.dataset.upload);
    var button = form.querySelector("button[type=submit]");
    var fields = Array.from(form.querySelectorAll("input[type=file]"));
    var place = form.querySelector(".upload-progress") || form.parentNode.querySelector(".upload-progress");
    var results = form.parentNode.querySelector(".results");

    function say(name, values) { return fill(form.getAttribute("data-say-" + name) || "", values || {}); }

    function chosen() {
      return dropped || fields.reduce(function (all, one) { return all.concat(Array.from(one.files)); }, []);
    }

    function showChosen() {
      var files = chosen();
      var names = files.length === 1 ? files[0].name : files.length ? say("chosen", {count: files.length}) : "";
      fields.forEach(function (one) {
        var note = one.parentNode.querySelector(".chosen");
        if (note) { note.textContent = dropped && one === fields[0] ? names : ""; }
      });
    }

    // Ends with the file's answer, or with what is to be said and whether it may be tried again.
    function send(file, parts) {
      return new Promise(function (finish) {
        var data = new FormData();
        Array.from(form.elements).forEach(function (one) {
          if (one.name && one.type !== "file" && one.type !== "submit") { data.append(one.name, one.value); }
        });
        data.append("file", file, file.name);
        var request = new XMLHttpRequest();
        var hasLeft = false;
        var watch = null;

        function stillAlive() {
          window.clearTimeout(watch);
          // The line is there but nothing moves on it: the same as a dropped one. Checking takes its own time.
          if (!hasLeft) { watch = window.setTimeout(function () { request.abort(); }, STALLED_AFTER); }
        }
        function lost() {
          window.clearTimeout(watch);
          finish({lost: say(hasLeft ? "unanswered" : "dropped")});
        }

        request.upload.addEventListener("progress", function (event) {
          stillAlive();
          if (event.lengthComputable) {
            parts.bar.value = Math.floor(100 * event.loaded / event.total);
            parts.told.textContent = say("sending", {percent: parts.bar.value});
          }
        });
        request.upload.addEventListener("load", function () {
          hasLeft = true;
          window.clearTimeout(watch);
          parts.bar.removeAttribute("value");
          parts.told.textContent = say("checking");
        });
        request.addEventListener("error", lost);
        request.addEventListener("abort", lost);
        request.addEventListener("load", function () {
          window.clearTimeout(watch);
          var answer = null;
          try { answer = JSON.parse(request.responseText); } catch (fault) { answer = null; }
          if (answer && answer.files) { finish(answer.files[0]); return; }
          if (request.responseURL.indexOf("/sign-in") >= 0 || request.status === 403) { finish({lost: say("signed-out")}); return; }
          if (request.status === 413) { finish({told: say("too-large")}); return; }
          finish({lost: say(request.status === 503 ? "busy" : "refused")});
        });
        request.open("POST", form.action);
        request.setRequestHeader("X-Upload", "1");
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader("X-CSRFToken", currentToken());
        stillAlive();
        request.send(data);
      });
    }

    function show(parts, answer) {
      parts.bar.hidden = true;
      parts.told.textContent = answer.lost || answer.told;
      parts.told.className = "told" + (answer.address ? " good" : " bad");
      parts.more.textContent = "";
      if (answer.html) {
        // Made by the server, with every word of it escaped.
        parts.more.innerHTML = answer.html;
      }
      if (answer.address) {
        var link = make("a", say("open"));
        link.href = answer.address;
        parts.more.append(link);
      }
    }

    async function sendOne(file, parts) {
      parts.bar.hidden = false;
      parts.bar.value = 0;
      parts.more.textContent = "";
      var isZip = form.dataset.zip && /\.zip$/i.test(file.name);
      if (file.size > (isZip ? Number(form.dataset.zip) : largest)) { return {told: say("too-large")}; }
      return send(file, parts);
    }

    function offerAgain(file, parts, answers) {
      var again = make("button", say("again"), "button again");
      again.type = "button";
      again.addEventListener("click", async function () {
        var answer = await sendOne(file, parts);
        answers.set(file, answer);
        finishOne(file, parts, answer, answers);
        leaveIfDone(answers);
      });
      parts.more.append(again);
      again.focus();
    }

    function finishOne(file, parts, answer, answers) {
      show(parts, answer);
      if (answer.lost) { offerAgain(file, parts, answers); }
    }

    // One file, or several that belong to one page: there is nothing more to see here.
    function leaveIfDone(answers) {
      var all = Array.from(answers.values());
      var addresses = all.map(function (one) { return one.address || ""; });
      if (addresses.every(function (one) { return one && one === addresses[0]; })) {
        var before = window.location.href;
        window.location.assign(addresses[0]);
        if (before.split("#")[0] === window.location.href.split("#")[0] && addresses[0].indexOf("#") >= 0) {
          window.location.reload();
        }
      }
    }

    async function sendAll(event) {
      event.preventDefault();
      if (busy) { return; }
      var files = chosen();
      place.textContent = "";
      if (results) { results.textContent = ""; }
      if (!files.length) {
        place.append(make("p", say("empty"), "told bad"));
        fields[0].focus();
        return;
      }
      busy = true;
      button.disabled = true;
      var answers = new Map();
      var count = make("p", "", "told");
      if (files.length > 1) { place.append(count); }
      for (var file of files) {
        var parts = makeRow(file.name);
        place.append(parts.row);
        var answer = await sendOne(file, parts);
        answers.set(file, answer);
        finishOne(file, parts, answer, answers);
        count.textContent = say("done", {done: answers.size, count: files.length});
      }
      busy = false;
      button.disabled = false;
      leaveIfDone(answers);
    }

    form.addEventListener("submit", sendAll);
    fields.forEach(function (one) {
      var box = one.closest(".drop");
      one.removeAttribute("required");
      one.addEventListener("change", function () { dropped = null; showChosen(); });
      if (!box || one.hasAttribute("capture")) { return; }
      ["dragenter", "dragover"].forEach(function (name) {
        box.addEventListener(name, function (event) { event.preventDefault(); box.classList.add("over"); });
      });
      ["dragleave", "drop"].forEach(function (name) {
        box.addEventListener(name, function () { box.classList.remove("over"); });
      });
      box.addEventListener("drop", function (event) {
        event.preventDefault();
        dropped = Array.from(event.dataTransfer.files);
        showChosen();
      });
    });
  }

  document.querySelectorAll("form[data-upload]").forEach(Uploader);

  // A form that is sent twice by an impatient finger is sent once.
  document.querySelectorAll("form.act").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); }
      form.dataset.sent = "1";
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form.act").forEach(function (form) { delete form.dataset.sent; });
  });

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) { menu.removeAttribute("open"); }
    });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { closeMenus(null); } });

  var problem = document.querySelector(".error-summary");
  if (problem) { problem.focus(); }
})();
