"use strict";

// Has the browser answer the challenge that stands in the page, and sends the answer with the
// form it stands in. Nothing is fetched, and nothing here decides anything.
for (const ceremony of document.querySelectorAll("[data-passkey]")) {
  const creates = ceremony.dataset.passkey === "create";
  const parse = creates ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (!window.PublicKeyCredential || !PublicKeyCredential[parse]) {
    continue;
  }
  const form = ceremony.closest("form");
  const answer = ceremony.querySelector("input[name=credential]");
  const failed = ceremony.querySelector("[data-failed]");
  ceremony.querySelector("[data-unsupported]").hidden = true;
  ceremony.querySelector("[data-supported]").hidden = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const publicKey = PublicKeyCredential[parse](JSON.parse(ceremony.dataset.options));
      const credential = creates
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      answer.value = JSON.stringify(credential);
    } catch {
      failed.hidden = false;
      return;
    }
    form.submit();
  });
}
