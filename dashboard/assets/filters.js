// The filter bar: the address sets its controls and texts, and a changed control writes the address.
(function () {
  "use strict";
  var none = "none", parameters = {"period-more": "period"};

  function parameterOf(name) { return parameters[name] || name; }
  function same(first, second) { return JSON.stringify(first) === JSON.stringify(second); }
  function label(options, value) {
    var option = (options || []).filter(function (candidate) { return candidate.value === value; })[0];
    return option ? option.label : value;
  }

  // Values that are not in the plan leave the address: the page has named them, and its controls don't show them.
  function dropUnknown() {
    var line = document.querySelector(".filter-line"), unknown = JSON.parse(line ? line.dataset.unknown : "[]");
    var query = new URLSearchParams(window.location.search), known = new URLSearchParams();
    query.forEach(function (value, name) { if (unknown.indexOf(value.length > 40 ? value.slice(0, 40) + "…" : value) < 0) { known.append(name, value); } });
    if (known.toString() === query.toString()) { return; }
    var text = known.toString(), address = window.location.pathname + (text ? "?" + text : "") + window.location.hash;
    window.history.replaceState(window.history.state, "", address);
  }

  // The value that the address gives a control: a list of checkboxes, a switch, or one of its options.
  function readValue(name, current, options) {
    var values = new URLSearchParams(window.location.search).getAll(parameterOf(name)).filter(Boolean);
    if (Array.isArray(current)) { return values; }
    if (name === "unapproved") { return values[0] !== "no"; }
    var value = values[0] || (name === "period" ? "plan" : none);
    var isKnown = options.some(function (option) { return option.value === value; });
    return isKnown ? value : name === "period" ? null : none;
  }

  function writeAddress(name, value) {
    var query = new URLSearchParams(window.location.search), parameter = parameterOf(name);
    query.delete(parameter);
    query.delete("page");
    if (Array.isArray(value)) { value.forEach(function (entry) { query.append(parameter, entry); }); }
    else if (value === false) { query.set(parameter, "no"); }
    else if (value && value !== true && value !== none && value !== "plan") { query.set(parameter, value); }
    var text = query.toString();
    window.dash_clientside.set_props("address", {href: window.location.pathname + (text ? "?" + text : "")});
  }

  function showText(name, text) {
    var element = document.querySelector("[data-filter-text='" + name + "']");
    if (element && element.textContent !== text) {
      window.dash_clientside.set_props({type: "filter-text", name: name}, {children: text});
    }
  }
  function describeMany(name, values, options) {
    var data = document.querySelector("[data-filter-text='" + name + "']").dataset;
    if (!values.length) { return data.none; }
    return values.length === 1 ? label(options, values[0]) : data.many.replace("{count}", values.length);
  }

  function showAddress(values, ids, options) {
    ids.forEach(function (id, index) {
      var name = id.name, value = readValue(name, values[index], options[index] || []);
      if (!same(value, values[index])) { window.dash_clientside.set_props(id, {value: value}); }
      if (Array.isArray(value)) {
        var text = describeMany(name, value, options[index]);
        showText(name, text);
        showText("chip-" + name, value.length ? text : "");
      } else if (name === "unapproved") {
        var element = document.querySelector("[data-filter-text='chip-unapproved']");
        showText("chip-unapproved", value || !element ? "" : element.dataset.none);
      } else if (parameterOf(name) === "period") {
        if (value && value !== none) { showText("chip-period", label(options[index], value)); }
      } else {
        showText("chip-" + name, value === none ? "" : label(options[index], value));
      }
    });
  }

  // What a link or the keyboard brings into view must not lie under the bar, whose height depends on the window.
  var watched = null;
  function leaveRoomForBar() {
    var bar = document.getElementById("filter-bar");
    if (!bar || bar === watched) { return; }
    watched = bar;
    new ResizeObserver(function () {
      document.documentElement.style.scrollPaddingTop = Math.min(bar.offsetHeight, window.innerHeight / 3) + "px";
    }).observe(bar);
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.filters = {
    // A person changes one control at a time. Several at once are a new bar, which the address fills.
    // A callback that began before its page was left may come with controls that are gone: they have no id.
    synchronize: function (search, values, ids, options) {
      if (!ids.every(Boolean)) { return window.dash_clientside.no_update; }
      leaveRoomForBar();
      dropUnknown();
      var triggered = window.dash_clientside.callback_context.triggered.map(function (input) { return input.prop_id; });
      var changed = ids.findIndex(function (id) {
        return triggered.length === 1 && triggered[0].indexOf('"name":"' + id.name + '"') >= 0;
      });
      if (changed < 0) { showAddress(values, ids, options); }
      else if (!same(values[changed], readValue(ids[changed].name, values[changed], options[changed] || []))) {
        writeAddress(ids[changed].name, values[changed]);
      }
      return window.dash_clientside.no_update;
    }
  };

  // Escape and a click elsewhere close an open menu.
  function closeMenus(except) {
    document.querySelectorAll(".filter-menu[open]").forEach(function (menu) {
      if (menu !== except) { menu.removeAttribute("open"); }
    });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target.closest(".filter-menu")); });
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && event.target.closest(".filter-menu[open]");
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    }
  });
})();
