// Saves a drawn chart as a picture, with the words that stand around it on the page: plotly draws it in the browser.
(function () {
  "use strict";
  var width = 1200, margin = 48, lineOf = {26: 36, 17: 26, 14: 22};

  // Breaks a text where its language allows it: Khmer has no spaces between words.
  function wrap(text, font, most) {
    var pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    var pieces = window.Intl && Intl.Segmenter
      ? Array.from(new Intl.Segmenter(document.documentElement.lang, {granularity: "word"}).segment(text), function (one) { return one.segment; })
      : text.split(/(?<= )/);
    var lines = [""];
    pieces.forEach(function (piece) {
      var last = lines.length - 1;
      if (lines[last] && pen.measureText(lines[last] + piece).width > most) { lines.push(piece.trimStart()); }
      else { lines[last] += piece; }
    });
    return lines;
  }

  function pictured(chart, said) {
    var family = getComputedStyle(document.body).fontFamily;
    var parts = [[said.title, 26, true], [said.subtitle, 17, false], [said.source, 14, false]].map(function (part) {
      var font = (part[2] ? "bold " : "") + part[1] + "px " + family;
      return {lines: wrap(part[0], font, width - 2 * margin), size: part[1], bold: part[2]};
    });
    var above = 0, below = 0, plot = 560, notes = [];
    var tall = parts.map(function (part) { return part.lines.length * lineOf[part.size] + 8; });
    above = margin / 2 + tall[0] + tall[1] + 40;
    below = tall[2] + 70;
    function note(part, y, anchor) {
      var text = part.lines.map(function (line) { return line.replace(/&/g, "&amp;").replace(/</g, "&lt;"); }).join("<br>");
      notes.push({
        text: part.bold ? "<b>" + text + "</b>" : text, showarrow: false, align: "left", xref: "container", yref: "container",
        x: margin / width, y: y, xanchor: "left", yanchor: anchor, font: {size: part.size, family: family, color: "#1c2420"}
      });
    }
    var height = plot + above + below;
    note(parts[0], 1 - (margin / 2) / height, "top");
    note(parts[1], 1 - (margin / 2 + tall[0]) / height, "top");
    note(parts[2], 10 / height, "bottom");
    var layout = Object.assign({}, chart.layout, {
      width: width, height: height, autosize: false, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff",
      margin: {l: margin + 40, r: margin, t: above, b: below, autoexpand: true},
      font: Object.assign({}, chart.layout.font, {family: family, size: 15}),
      annotations: []
    });
    // Plotly's annotations know no container, so they are placed on the paper, which the margins are cut from.
    layout.annotations = notes.map(function (one) {
      var inner = height - above - below, x = one.x * width - (margin + 40), y = one.y * height - below;
      return Object.assign({}, one, {xref: "paper", yref: "paper", x: x / (width - 2 * margin - 40), y: y / inner});
    });
    return {data: chart.data, layout: layout, config: {}};
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".save-picture");
    if (!button) { return; }
    var chart = document.querySelector("#" + CSS.escape(button.dataset.chart) + " .js-plotly-plot");
    if (!chart || !window.Plotly) { return; }
    var figure = pictured(chart, button.dataset);
    window.Plotly.toImage(figure, {format: "png", width: figure.layout.width, height: figure.layout.height, scale: 2})
      .then(function (address) {
        var link = document.createElement("a");
        link.href = address;
        link.download = button.dataset.name;
        link.click();
      });
  });

  // Folded numbers are part of a printed page, and of one whose charts did not come.
  function unfold() {
    document.querySelectorAll("details.numbers:not([open])").forEach(function (one) {
      one.setAttribute("open", "");
      one.dataset.unfolded = "";
    });
  }
  // A printed page is narrower than the window, so drawn charts are scaled; and each says at its foot what kind of
  // figures it holds, where the browser can write there.
  function fitCharts() {
    document.querySelectorAll(".js-plotly-plot .main-svg").forEach(function (one) {
      one.setAttribute("viewBox", "0 0 " + one.getAttribute("width") + " " + one.getAttribute("height"));
      one.setAttribute("preserveAspectRatio", "xMinYMin meet");
    });
  }
  function markPages() {
    var ribbon = document.querySelector(".ribbon"), style = document.getElementById("page-marks");
    if (!style) {
      style = document.createElement("style");
      style.id = "page-marks";
      document.head.appendChild(style);
    }
    var font = "font: 9pt " + getComputedStyle(document.body).fontFamily + "; color: #333;";
    var said = ribbon ? JSON.stringify(ribbon.textContent) : "''";
    style.textContent = "@page { margin: 14mm 14mm 18mm; @bottom-left { content: " + said + "; " + font
      + "} @bottom-right { content: counter(page) ' / ' counter(pages); " + font + "} }";
  }
  window.addEventListener("beforeprint", function () { unfold(); fitCharts(); markPages(); });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-unfolded]").forEach(function (one) { one.removeAttribute("open"); });
  });
  new MutationObserver(function () {
    if (document.documentElement.classList.contains("without-charts")) { unfold(); }
  }).observe(document.documentElement, {attributes: true, attributeFilter: ["class"], childList: true, subtree: true});
})();
