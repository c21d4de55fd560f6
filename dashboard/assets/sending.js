// Progressive enhancement of pages that work without scripts: upload progress, drag and drop, retry, menus.
(function () {
  "use strict";
  var STALLED_AFTER = 60000;

  function make(kind, text, name) {
    var element = document.createElement(kind);
    if (text) { element.textContent = text; }
    if (name) { element.className = name; }
    return element;
  }

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return name in values ? values[name] : all; });
  }

  // The token of the current session: somebody may have signed in again in another window.
  function currentToken() {
    var match = document.cookie.match(/(?:^|;\s*)csrf=([^;]*)/);
    return match ? decodeURIComponent(match[1]) : "";
  }

  // One row per file: name, progress bar, result, and a retry button.
  function makeRow(name) {
    var row = make("div", "", "upload-row");
    var bar = make("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    var parts = {row: row, bar: bar, message: make("p", "", "upload-message"), more: make("div")};
    row.append(make("b", name), bar, parts.message, parts.more);
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
      return dropped || fields.reduce(function (all, field) { return all.concat(Array.from(field.files)); }, []);
    }

    function showChosen() {
      var files = chosen();
      var names = files.length === 1 ? files[0].name : files.length ? say("chosen", {count: files.length}) : "";
      fields.forEach(function (field) {
        var note = field.parentNode.querySelector(".chosen");
        if (note) { note.textContent = dropped && field === fields[0] ? names : ""; }
      });
    }

    // Resolves with the server's result, or with a message; `lost` means that the user may retry.
    function send(file, parts) {
      return new Promise(function (finish) {
        var data = new FormData();
        Array.from(form.elements).forEach(function (control) {
          if (control.name && control.type !== "file" && control.type !== "submit") { data.append(control.name, control.value); }
        });
        data.append("file", file, file.name);
        var request = new XMLHttpRequest();
        var hasLeft = false;
        var watch = null;

        function stillAlive() {
          window.clearTimeout(watch);
          // A connection without progress counts as lost. Checking on the server has no time limit.
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
            parts.message.textContent = say("sending", {percent: parts.bar.value});
          }
        });
        request.upload.addEventListener("load", function () {
          hasLeft = true;
          window.clearTimeout(watch);
          parts.bar.removeAttribute("value");
          parts.message.textContent = say("checking");
        });
        request.addEventListener("error", lost);
        request.addEventListener("abort", lost);
        request.addEventListener("load", function () {
          window.clearTimeout(watch);
          var answer = null;
          try { answer = JSON.parse(request.responseText); } catch (error) { answer = null; }
          if (answer && answer.files) { finish(answer.files[0]); return; }
          if (request.responseURL.indexOf("/sign-in") >= 0 || request.status === 403) { finish({lost: say("signed-out")}); return; }
          if (request.status === 413) { finish({message: say("too-large")}); return; }
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
      parts.message.textContent = answer.lost || answer.message;
      parts.message.className = "upload-message" + (answer.address ? " good" : " bad");
      parts.more.textContent = "";
      if (answer.html) {
        // The server escapes this HTML.
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
      if (file.size > (isZip ? Number(form.dataset.zip) : largest)) { return {message: say("too-large")}; }
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

    // Leaves the page when all results have the same address.
    function leaveIfDone(answers) {
      var all = Array.from(answers.values());
      var addresses = all.map(function (result) { return result.address || ""; });
      if (addresses.every(function (address) { return address && address === addresses[0]; })) {
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
        place.append(make("p", say("empty"), "upload-message bad"));
        fields[0].focus();
        return;
      }
      busy = true;
      button.disabled = true;
      var answers = new Map();
      var count = make("p", "", "upload-message");
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
    fields.forEach(function (field) {
      var box = field.closest(".drop");
      field.removeAttribute("required");
      field.addEventListener("change", function () { dropped = null; showChosen(); });
      if (!box || field.hasAttribute("capture")) { return; }
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

  // Prevents a form from being submitted twice.
  document.querySelectorAll("form.act").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); }
      form.dataset.sent = "1";
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form.act").forEach(function (form) { delete form.dataset.sent; });
  });

  // Asks for a comment before a form is sent that needs one.
  document.querySelectorAll("button[data-needs]").forEach(function (button) {
    var field = document.querySelector(button.getAttribute("data-needs"));
    field.addEventListener("input", function () { field.setCustomValidity(""); });
    button.addEventListener("click", function () {
      field.setCustomValidity(field.value.trim() ? "" : button.getAttribute("data-say-needs"));
    });
    button.form.querySelectorAll("button:not([data-needs])").forEach(function (other) {
      other.addEventListener("click", function () { field.setCustomValidity(""); });
    });
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
