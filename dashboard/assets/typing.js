// Saves a return while somebody types it, keeps it on the device when the line drops, and shows findings at the fields.
(function () {
  "use strict";
  var form = document.getElementById("typed");
  if (!form) { return; }
  var PAUSE = 900;
  var LONGEST_WAIT = 30000;
  var storageKey = "typed-return:" + form.dataset.owner + ":" + form.getAttribute("action").replace(/^\/km/, "");
  var tab = String(Math.random()).slice(2);
  var status = form.querySelector(".typed-status");
  var version = form.elements.namedItem("version");
  var timer = null;
  var wait = 0;
  var edits = 0;
  var savedEdits = 0;
  var sending = null;
  var isStopped = false;

  function say(name, values) {
    return (form.getAttribute("data-say-" + name) || "").replace(/\{(\w+)\}/g, function (all, key) {
      return values && key in values ? values[key] : all;
    });
  }

  function show(text, isBad) {
    status.textContent = text;
    status.classList.toggle("bad", Boolean(isBad));
  }

  function rows() { return Array.from(form.querySelectorAll(".typed-row")); }
  function valueOf(row) { return row.querySelector("[name=value]"); }
  function noteOf(row) { return row.querySelector("[name=note]"); }
  function boxOf(row) { return row.querySelector("[name=nc]"); }

  function currentToken() {
    var match = document.cookie.match(/(?:^|;\s*)csrf=([^;]*)/);
    return match ? decodeURIComponent(match[1]) : "";
  }

  // A copy on the device lasts until the server has the entries.
  function keep() {
    var copy = {version: version.value, base: form.elements.namedItem("base").value, tab: tab, fields: {}, rows: {}};
    ["prepared_by", "basis"].forEach(function (name) {
      var control = form.elements.namedItem(name);
      if (control) { copy.fields[name] = control.value; }
    });
    rows().forEach(function (row) {
      var box = boxOf(row);
      copy.rows[row.dataset.key] = [valueOf(row).value, noteOf(row).value, Boolean(box && box.checked)];
    });
    try { window.localStorage.setItem(storageKey, JSON.stringify(copy)); } catch (error) { /* The device keeps nothing. */ }
  }

  function readCopy() {
    try { return JSON.parse(window.localStorage.getItem(storageKey)); } catch (error) { return null; }
  }

  function forget() {
    try { window.localStorage.removeItem(storageKey); } catch (error) { /* Nothing is kept. */ }
  }

  function fillIn(copy) {
    Object.keys(copy.fields).forEach(function (name) {
      var control = form.elements.namedItem(name);
      if (control) { control.value = copy.fields[name]; }
    });
    rows().forEach(function (row) {
      var entry = copy.rows[row.dataset.key];
      if (!entry) { return; }
      valueOf(row).value = entry[0];
      noteOf(row).value = entry[1];
      if (boxOf(row)) { boxOf(row).checked = entry[2]; }
      if (entry[1] || entry[2]) { row.querySelector("details").open = true; }
    });
  }

  function listItem(finding) {
    var item = document.createElement("li");
    item.className = finding.severity;
    item.dataset.code = finding.code;
    item.textContent = finding.text;
    return item;
  }

  function showFindings(answer) {
    var counts = {filled: 0, count: 0, errors: 0, warnings: 0};
    function add(list, findings) {
      // Rebuilding an unchanged list would make screen readers repeat it.
      var text = findings.map(function (finding) { return finding.text; }).join("\n");
      if (list.dataset.text !== text) {
        list.dataset.text = text;
        list.replaceChildren.apply(list, findings.map(listItem));
      }
      findings.forEach(function (finding) {
        if (finding.severity === "error") { counts.errors += 1; }
        if (finding.severity === "warning") { counts.warnings += 1; }
      });
    }
    rows().forEach(function (row) {
      var value = valueOf(row);
      var box = boxOf(row);
      var findings = (answer.findings[row.dataset.key] || []).filter(function (finding) { return !finding.blank; });
      add(row.querySelector(".at-field"), findings);
      row.classList.remove("error", "warning");
      if (findings.length && findings[0].severity !== "note") { row.classList.add(findings[0].severity); }
      if (findings.length && findings[0].severity === "error") { value.setAttribute("aria-invalid", "true"); }
      else { value.removeAttribute("aria-invalid"); }
      counts.count += 1;
      if (value.value.trim() || (box && box.checked)) { counts.filled += 1; }
    });
    add(document.getElementById("general"), answer.general);
    var changes = document.getElementById("typed-changes");
    changes.hidden = !answer.changes.length;
    changes.querySelector("ul").replaceChildren.apply(changes.querySelector("ul"), answer.changes.map(function (text) {
      var item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    var parts = [answer.saved, say("counts", counts)];
    if (answer.changes.length) { parts.push(say("changes", {count: answer.changes.length})); }
    show(parts.join(" · "), false);
  }

  // Asks whose entries stay; nothing is sent before the answer.
  function ask(message, current) {
    isStopped = true;
    show(message, true);
    [["use-mine", function () {
      isStopped = false;
      version.value = current;
      save();
    }], ["use-other", function () {
      forget();
      window.location.assign(form.getAttribute("action"));
    }]].forEach(function (choice) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "plain-button";
      button.textContent = say(choice[0]);
      button.addEventListener("click", choice[1]);
      status.append(" ", button);
    });
  }

  function tryLater() {
    wait = Math.min(LONGEST_WAIT, wait ? wait * 2 : 2000);
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  }

  async function read(response) {
    if (response.redirected && response.url.indexOf("/sign-in") >= 0 || response.status === 403) {
      show(say("signed-out"), true);
      var link = document.createElement("a");
      link.href = form.dataset.signIn + "?next=" + encodeURIComponent(window.location.pathname);
      link.textContent = "→";
      status.append(" ", link);
      return false;
    }
    var isJson = (response.headers.get("Content-Type") || "").indexOf("json") >= 0;
    var answer = isJson ? await response.json() : {};
    if (response.status === 409) { ask(answer.conflict, answer.version); return false; }
    if (!response.ok) {
      show([say("refused"), answer.refused || ""].join(" "), true);
      if (response.status >= 500) { tryLater(); }
      return false;
    }
    version.value = answer.version;
    wait = 0;
    return answer;
  }

  async function send() {
    var sentEdits = edits;
    var data = new FormData(form);
    data.set("action", "save");
    var response;
    try {
      response = await window.fetch(form.getAttribute("action"), {
        method: "POST", body: data, credentials: "same-origin",
        headers: {"X-Upload": "1", "Accept": "application/json", "X-CSRFToken": currentToken()}
      });
    } catch (error) {
      show(say("waiting"), true);
      tryLater();
      return false;
    }
    var answer = await read(response);
    if (!answer) { return false; }
    savedEdits = sentEdits;
    if (edits === sentEdits) { forget(); } else { keep(); }
    showFindings(answer);
    return true;
  }

  // One request at a time; returns whether the server has all entries.
  async function save() {
    window.clearTimeout(timer);
    if (isStopped) { return false; }
    while (sending) { await sending; }
    show(say("saving"), false);
    sending = send();
    var isSaved = await sending;
    sending = null;
    return isSaved;
  }

  function edit() {
    edits += 1;
    keep();
    if (isStopped) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  }

  form.addEventListener("input", edit);
  form.addEventListener("change", function (event) {
    var row = event.target.closest(".typed-row");
    if (event.target.name === "nc" && row && event.target.checked) {
      row.querySelector("details").open = true;
      noteOf(row).focus();
    }
  });

  // Enter goes to the next field instead of sending the form.
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") { return; }
    event.preventDefault();
    var fields = rows().map(valueOf);
    var row = event.target.closest(".typed-row");
    var next = fields[row ? fields.indexOf(valueOf(row)) + 1 : 0];
    if (next) { next.focus(); }
  });

  var isLeaving = false;
  form.addEventListener("submit", async function (event) {
    if (isLeaving) { return; }
    event.preventDefault();
    var button = event.submitter;
    window.clearTimeout(timer);
    if (!await save() || !button || button.value === "save") { return; }
    isLeaving = true;
    form.requestSubmit(button);
  });

  window.addEventListener("online", function () { if (edits > savedEdits) { save(); } });
  window.addEventListener("pageshow", function () { isLeaving = false; });
  window.addEventListener("storage", function (event) {
    var copy = event.key === storageKey ? readCopy() : null;
    if (copy && copy.tab !== tab) { show(say("other-tab"), true); }
  });

  show(say("ready"), false);
  var copy = readCopy();
  if (copy && copy.base === form.elements.namedItem("base").value) {
    fillIn(copy);
    edits += 1;
    if (copy.version === version.value) {
      show(say("restored"), false);
      save();
    } else {
      ask(say("kept"), version.value);
    }
  }
})();
