// Keeps what was typed into a form that is sent after the session has ended, and fills it in after signing in.
(function () {
  "use strict";
  var STORAGE_KEY = "unsent-form";
  var LEFT_OUT = ["password", "file", "submit", "button"];
  var visitor = document.body.dataset.visitor;

  function listControls(form) {
    return Array.from(form.elements).filter(function (control) {
      return control.name && control.name !== "csrf" && LEFT_OUT.indexOf(control.type) < 0;
    });
  }

  function isBox(control) { return control.type === "checkbox" || control.type === "radio"; }
  function nameOf(control) { return control.name + (isBox(control) ? "=" + control.value : ""); }
  function actionOf(form) { return form.getAttribute("action") || window.location.pathname; }

  function read() {
    try { return JSON.parse(window.sessionStorage.getItem(STORAGE_KEY)); } catch (error) { return null; }
  }

  function save(copy) {
    try { window.sessionStorage.setItem(STORAGE_KEY, JSON.stringify(copy)); } catch (error) { /* The device keeps nothing. */ }
  }

  function forget() {
    try { window.sessionStorage.removeItem(STORAGE_KEY); } catch (error) { /* Nothing is kept. */ }
  }

  function fillIn(form, fields) {
    var remaining = fields.slice();
    listControls(form).forEach(function (control) {
      var index = remaining.findIndex(function (field) { return field[0] === nameOf(control); });
      if (index < 0) { return; }
      var value = remaining.splice(index, 1)[0][1];
      if (isBox(control)) { control.checked = value; } else { control.value = value; }
      for (var fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) { fold.open = true; }
    });
  }

  // A form with an owner keeps a copy of its own; files can't be kept.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.dataset.owner) { return; }
    var fields = listControls(form).map(function (control) {
      return [nameOf(control), isBox(control) ? control.checked : control.value];
    });
    save({visitor: visitor, action: actionOf(form), fields: fields});
  });

  var copy = read();
  forget();
  if (copy && copy.visitor === visitor && document.getElementById("signed-out")) {
    Array.from(document.forms).forEach(function (form) {
      if (form.method === "post" && actionOf(form) === copy.action) { fillIn(form, copy.fields); }
    });
  }
})();
