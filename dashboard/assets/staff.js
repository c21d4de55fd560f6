// Loaded before Dash: chart library, expired sessions, forms, and page changes.
(function () {
  "use strict";
  var patience = 31000;

  function tellChartsFailed() {
    var note = document.getElementById("charts-failed");
    if (note && !window.Plotly) {
      note.hidden = false;
      document.documentElement.classList.add("without-charts");
    }
  }

  // dcc.Graph loads plotly.js when the first chart is drawn. It may fail, or not arrive within Dash's 30 seconds.
  window.addEventListener("error", function (event) {
    if (event.target && event.target.tagName === "SCRIPT" && event.target.src.indexOf("/plotly/") >= 0) {
      tellChartsFailed();
    }
  }, true);
  var isWaiting = false;
  function expectCharts() {
    if (!isWaiting && !window.Plotly && document.querySelector(".dash-graph")) {
      isWaiting = true;
      window.setTimeout(tellChartsFailed, patience);
    }
  }

  // Reloads once when the session has ended, which leads to sign-in. Several callbacks may be told so.
  var send = window.fetch, isSignedOut = false;
  window.fetch = function () {
    return send.apply(this, arguments).then(function (response) {
      if (response.headers.get("X-Signed-Out") && !isSignedOut) {
        isSignedOut = true;
        window.location.reload();
      }
      return response;
    });
  };

  function csrfToken() {
    var match = document.cookie.match(/(?:^|;\s*)csrf=([^;]*)/);
    return match ? decodeURIComponent(match[1]) : "";
  }

  function moveTo(address) {
    window.dash_clientside.set_props("address", {href: address});
    if (address.charAt(0) !== "#") { window.scrollTo(0, 0); }
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method === "post" && !form.elements.csrf) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = "csrf";
      field.value = csrfToken();
      form.appendChild(field);
    } else if (form.classList.contains("search")) {
      event.preventDefault();
      search(form);
    } else if (form.classList.contains("filters")) {
      // Changes the address as the form would, but without reloading Dash.
      event.preventDefault();
      var query = new URLSearchParams();
      new FormData(form).forEach(function (value, name) {
        if (value) { query.append(name, value); }
      });
      var text = query.toString();
      moveTo(form.getAttribute("action") + (text ? "?" + text : ""));
    }
  });

  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.classList.contains("filters")) { form.requestSubmit(); }
  });

  function isPlain(event) {
    return event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  }
  // The drawer explains a percentage over the page. The link itself leads to a page that needs no script.
  function makeFigureHash(link) {
    var names = link.pathname.split("/").slice(-2), query = new URLSearchParams(link.search), part = query.get("part");
    return "#" + names.join(".") + (part ? "?" + new URLSearchParams({part: part}) : "");
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a.ask");
    if (link && !link.hash && isPlain(event)) {
      event.preventDefault();
      moveTo(makeFigureHash(link));
    }
  });

  // The matrix is one tab stop; arrow keys move between its cells.
  function moveInMatrix(link, key) {
    var steps = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[key];
    var rows = Array.from(link.closest("table").querySelectorAll("tbody tr:not(.matrix-group)"));
    var row = rows.indexOf(link.closest("tr")), column = link.closest("td").cellIndex, next = null;
    do {
      row += steps[0]; column += steps[1];
      var cell = rows[row] && rows[row].cells[column];
      next = cell && cell.querySelector("a");
    } while (cell && !next);
    if (next && next.closest("td")) {
      link.tabIndex = -1; next.tabIndex = 0; next.focus();
    }
  }
  document.addEventListener("keydown", function (event) {
    var link = event.target.closest(".matrix td a");
    if (link && /^Arrow/.test(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      moveInMatrix(link, event.key);
    }
  });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-page]");
    if (link && isPlain(event) && !event.defaultPrevented) { event.preventDefault(); moveTo(link.getAttribute("href")); }
  });

  // On a phone the navigation and the filters are folded until their button is pressed.
  document.addEventListener("click", function (event) {
    var toggle = event.target.closest(".toggle");
    if (toggle) {
      var isOpen = document.getElementById(toggle.getAttribute("aria-controls")).classList.toggle("unfolded");
      toggle.setAttribute("aria-expanded", String(isOpen));
    }
  });

  // The search: "/" or Ctrl K focuses it. Choosing a suggestion, or Enter with only one, goes to its page.
  function isTyping(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }
  function leaveSearch(field, address) {
    window.dash_clientside.set_props("search", {value: ""});
    field.blur();
    moveTo(address);
  }
  function search(form) {
    var field = form.elements.q, options = form.querySelectorAll("option"), text = field.value.trim();
    if (options.length === 1) { leaveSearch(field, options[0].dataset.address); }
    else if (text) { leaveSearch(field, form.getAttribute("action") + "?" + new URLSearchParams({q: text})); }
  }
  document.addEventListener("keydown", function (event) {
    var field = document.getElementById("search");
    var isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
    var isCtrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (field && (isSlash || isCtrlK)) { event.preventDefault(); field.focus(); field.select(); }
  });
  document.addEventListener("input", function (event) {
    if (event.target.id !== "search") { return; }
    var option = Array.from(event.target.list.options).find(function (item) { return item.value === event.target.value; });
    if (option && option.dataset.address) { leaveSearch(event.target, option.dataset.address); }
  });

  // The path below which the server is reached; blank for the root of its host.
  function basePath() { return document.body.dataset.base || ""; }
  function pathBelowBase(path) { return path.indexOf(basePath() + "/") === 0 ? path.slice(basePath().length) : path; }

  // Links to the other language stay at the current page. The header's links mark the current section.
  var section = "";
  function updateHeader() {
    document.querySelectorAll(".lang a").forEach(function (link) {
      var own = pathBelowBase(location.pathname), isKhmer = /^\/km(\/|$)/.test(own), path = own.replace(/^\/km(?=\/|$)/, "");
      link.setAttribute("href", basePath() + (isKhmer ? path || "/" : "/km" + path) + location.search);
    });
    document.querySelectorAll("[id*='navigation-link']").forEach(function (link) {
      if (JSON.parse(link.id).path === section) { link.setAttribute("aria-current", "page"); }
      else { link.removeAttribute("aria-current"); }
    });
  }

  // Closes menus when the reader clicks elsewhere.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) { menu.removeAttribute("open"); }
    });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { closeMenus(null); } });

  // A redrawn page is mounted anew, so the control that changed it gets the focus back by its id.
  var isFirst = true, focused = "", path = window.location.pathname;
  var shownAddress = "";
  document.addEventListener("focusin", function (event) { focused = event.target.id; });
  function restoreFocus() {
    var main = document.getElementById("main"), control = focused && document.getElementById(focused);
    if (control && path === window.location.pathname) {
      control.focus({preventScroll: true});
    } else if (main && !isFirst && !document.activeElement.closest("form.filters, #filter-bar")) {
      main.focus({preventScroll: true});
    }
    isFirst = false;
    path = window.location.pathname;
  }
  // The drawer is open while the address names a figure after its "#".
  var figureHash = /^#[^?]+\.(plan|\d{4}(Q[1-4]|-\d{4})?)(\?|$)/;
  function forgetFigure() {
    if (figureHash.test(window.location.hash)) {
      window.history.replaceState(null, "", window.location.pathname + window.location.search);
      window.dispatchEvent(new PopStateEvent("popstate"));
    }
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cardec = {
    // A point's custom data is its exact number and the address that it leads to.
    follow_click: function () {
      var triggered = window.dash_clientside.callback_context.triggered[0];
      var click = triggered && triggered.value, point = click && click.points[0];
      var address = point && Array.isArray(point.customdata) ? point.customdata[1] : "";
      if (address) { moveTo(address); }
      return window.dash_clientside.no_update;
    },
    // The header is built again only for another language or another part of the site.
    choose_header: function (pathname, current) {
      var path = pathBelowBase(pathname), kind = path.split("/").slice(0, /^\/km(\/|$)/.test(path) ? 3 : 2).join("/");
      return kind === current ? window.dash_clientside.no_update : kind;
    },
    update_links: function (head, ids) {
      if (!head || head.redirect || !ids.every(Boolean)) { return [ids.map(function () { return window.dash_clientside.no_update; }),
                                            ids.map(function () { return window.dash_clientside.no_update; })]; }
      var prefix = basePath() + (head.language === "km" ? "/km" : "");
      section = head.section;
      window.setTimeout(updateHeader, 0);
      return [ids.map(function (id) { return /\/help$/.test(id.path) ? head.help : prefix + id.path + head.query; }),
              ids.map(function (id) { return id.path === head.section; })];
    },
    open_menu: function (clicks) {
      window.setTimeout(updateHeader, 50);
      return Boolean(clicks);
    },
    open_drawer: function (hash, target) {
      var noUpdate = window.dash_clientside.no_update, address = window.location.pathname + window.location.search + hash;
      if (!figureHash.test(hash || "")) { return [false, noUpdate]; }
      if (address === target) { return [true, noUpdate]; }
      window.dash_clientside.set_props("drawer-title", {children: "…"});
      window.dash_clientside.set_props("drawer-body", {children: null});
      return [true, address];
    },
    close_drawer: function (isOpen) {
      if (!isOpen) { forgetFigure(); }
      return window.dash_clientside.no_update;
    },
    show_page: function (head) {
      if (!head) { return window.dash_clientside.no_update; }
      if (head.redirect) {
        // A document that replaces this one at its address counts as the same, so that Back changes only the address.
        if (shownAddress) { window.history.replaceState(null, "", shownAddress); }
        window.location.assign(head.redirect);
        return window.dash_clientside.no_update;
      }
      shownAddress = window.location.href;
      document.title = head.title + " · CARDEC";
      document.documentElement.lang = head.language;
      closeMenus(null);
      if (document.getElementById("menu")) { window.dash_clientside.set_props("menu", {is_open: false}); }
      window.setTimeout(function () {
        expectCharts();
        document.querySelectorAll("form.filters").forEach(function (form) { form.reset(); });
        restoreFocus();
      }, 0);
      return head.title;
    }
  };
})();
