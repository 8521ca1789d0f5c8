// Says in the page what allauth's passkey script would only write to the console.
(function () {
  "use strict";

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    var old = document.getElementById("passkey-fault");
    if (old) old.remove();
    var words = document.documentElement.dataset.passkeyFault || "The passkey did not work. Please try again.";
    var box = document.createElement("p");
    box.id = "passkey-fault";
    box.className = "notice notice-mend";
    box.setAttribute("role", "alert");
    box.textContent = words;
    document.getElementById("main").prepend(box);
  });
})();
