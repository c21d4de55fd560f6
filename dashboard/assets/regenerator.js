// The part of regeneratorRuntime that Dash's scripts use to load a component when it is first shown. Dash's polyfill,
// which also defines it, weighs 30 KB and serves browsers that no longer exist.
window.regeneratorRuntime = {
  mark: function (generator) { return generator; },
  wrap: function (step) {
    "use strict";
    var context = {prev: 0, next: 0, done: false, stop: function () { this.done = true; }};
    return {
      next: function () {
        var value = step(context);
        return {value: value, done: context.done};
      },
      throw: function (error) { throw error; }
    };
  }
};
