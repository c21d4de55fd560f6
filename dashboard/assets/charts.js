// Saves a chart as a picture with its title, subtitle and source. Plotly renders it in the browser.
(function () {
  "use strict";
  var width = 1200, margin = 48, lineOf = {26: 36, 17: 26, 14: 22};

  // Breaks a text into lines where its language allows it. Khmer has no spaces between words.
  function wrap(text, font, most) {
    var pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    var pieces = window.Intl && Intl.Segmenter
      ? Array.from(new Intl.Segmenter(document.documentElement.lang, {granularity: "word"}).segment(text), function (word) { return word.segment; })
      : text.split(/(?<= )/);
    var lines = [""];
    pieces.forEach(function (piece) {
      var last = lines.length - 1;
      if (lines[last] && pen.measureText(lines[last] + piece).width > most) { lines.push(piece.trimStart()); }
      else { lines[last] += piece; }
    });
    return lines;
  }

  function buildPicture(chart, texts) {
    var family = getComputedStyle(document.body).fontFamily;
    var parts = [[texts.title, 26, true], [texts.subtitle, 17, false], [texts.source, 14, false]].map(function (part) {
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
    // Plotly's annotations cannot refer to the container, so positions are converted to the plot area.
    layout.annotations = notes.map(function (annotation) {
      var inner = height - above - below, x = annotation.x * width - (margin + 40), y = annotation.y * height - below;
      return Object.assign({}, annotation, {xref: "paper", yref: "paper", x: x / (width - 2 * margin - 40), y: y / inner});
    });
    return {data: chart.data, layout: layout, config: {}};
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".save-picture");
    if (!button) { return; }
    var chart = document.querySelector("#" + CSS.escape(button.dataset.chart) + " .js-plotly-plot");
    if (!chart || !window.Plotly) { return; }
    var figure = buildPicture(chart, button.dataset);
    window.Plotly.toImage(figure, {format: "png", width: figure.layout.width, height: figure.layout.height, scale: 2})
      .then(function (address) {
        var link = document.createElement("a");
        link.href = address;
        link.download = button.dataset.name;
        link.click();
      });
  });

  // Opens folded tables for printing, and when the charts could not be loaded.
  function unfold() {
    document.querySelectorAll("details:is(.numbers, .remark-note):not([open])").forEach(function (details) {
      details.setAttribute("open", "");
      details.dataset.unfolded = "";
    });
  }
  // A printed page is narrower than the window, so charts are scaled. The foot of each page says what kind of
  // figures it contains, in browsers that support page margins.
  function fitCharts() {
    document.querySelectorAll(".js-plotly-plot .main-svg").forEach(function (svg) {
      svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height"));
      svg.setAttribute("preserveAspectRatio", "xMinYMin meet");
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
    var ribbonText = ribbon ? JSON.stringify(ribbon.textContent) : "''";
    style.textContent = "@page { margin: 14mm 14mm 18mm; @bottom-left { content: " + ribbonText + "; " + font
      + "} @bottom-right { content: counter(page) ' / ' counter(pages); " + font + "} }";
  }
  window.addEventListener("beforeprint", function () { unfold(); fitCharts(); markPages(); });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-unfolded]").forEach(function (details) { details.removeAttribute("open"); });
  });
  new MutationObserver(function () {
    if (document.documentElement.classList.contains("without-charts")) { unfold(); }
  }).observe(document.documentElement, {attributes: true, attributeFilter: ["class"], childList: true, subtree: true});
})();
