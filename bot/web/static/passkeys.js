// Asks the browser for a passkey and sends its answer with the form. Without this script the page says what else works.
const form = document.getElementById("passkey");
const problem = document.getElementById("passkey-problem");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The standard has the binary parts of what is asked and answered as base64url in JSON, and as buffers in the call.
function asked(options) {
  const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
  const user = options.user && { user: { ...options.user, id: bytes(options.user.id) } };
  return {
    ...options,
    ...user,
    challenge: bytes(options.challenge),
    allowCredentials: known(options.allowCredentials),
    excludeCredentials: known(options.excludeCredentials),
  };
}

function answered(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  const id = text(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
}

async function go() {
  problem.hidden = true;
  try {
    const publicKey = asked(JSON.parse(form.dataset.options));
    const credential = await navigator.credentials[form.dataset.does]({ publicKey });
    form.elements.answer.value = JSON.stringify(answered(credential));
    form.submit();
  } catch (error) {
    problem.textContent = error.name === "InvalidStateError" ? form.dataset.twice : form.dataset.cancelled;
    problem.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  document.getElementById("passkey-without").hidden = true;
  const button = document.getElementById("passkey-button");
  button.hidden = false;
  button.addEventListener("click", go);
}
