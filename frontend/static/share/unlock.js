// The token travels in the fragment, which no server and no preview robot sees. This puts it into the form and takes it
// out of the address, so that it stays neither in the history nor on the screen. Written for old browsers.
(function () {
  "use strict";

  var field = document.getElementById("token");
  var box = document.getElementById("token-field");

  // A whole link may be pasted where the code is asked for.
  function codeOf(text) {
    var at = text.lastIndexOf("#");
    return (at < 0 ? text : text.slice(at + 1)).trim();
  }

  function takeFragment() {
    var code = codeOf(window.location.hash);
    if (code.length < 20) return;
    field.value = code;
    box.hidden = true;
    if (window.history && window.history.replaceState) {
      window.history.replaceState(null, "", window.location.pathname);
    } else {
      window.location.hash = "";
    }
  }

  if (field.value) box.hidden = true; // a passcode did not fit; the code was taken before
  takeFragment();
  window.addEventListener("hashchange", takeFragment);
  document.getElementById("unlock").addEventListener("submit", function () {
    field.value = codeOf(field.value);
  });
})();
