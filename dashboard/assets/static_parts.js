// The component that inserts a part of a page as HTML (components/static_parts.py). New HTML keeps the focus and what
// was scrolled, by position: the same table in another order has the same links and frames.
(function () {
  "use strict";
  var focusable = "a, button, input, select, textarea, summary, [tabindex]", frames = ".scroll";

  function fill(element, html) {
    var focus = Array.from(element.querySelectorAll(focusable)).indexOf(document.activeElement);
    var places = Array.from(element.querySelectorAll(frames)).map(function (frame) {
      return [frame.scrollLeft, frame.scrollTop];
    });
    element.innerHTML = html;
    element.querySelectorAll(frames).forEach(function (frame, index) {
      if (places[index]) { frame.scrollTo(places[index][0], places[index][1]); }
    });
    var next = focus < 0 ? null : element.querySelectorAll(focusable)[focus];
    if (next) { next.focus({preventScroll: true}); }
  }

  function StaticPart(props) {
    var React = window.React, reference = React.useRef(null);
    React.useLayoutEffect(function () { fill(reference.current, props.html); }, [props.html]);
    return React.createElement(props.tag, Object.assign({}, props.attributes, {ref: reference}));
  }

  window.cardec_components = {StaticPart: StaticPart};
})();
