// Why something cannot be had, below an element, as the page of that failure says it: in the language of the reader.
export async function tellWhy(element, address) {
  const page = await pageOf(address).catch(() => null);
  const told = [...(page?.querySelectorAll("[data-failure] p[lang]") ?? [])].map((each) => document.importNode(each, true));
  tell(element, "alert", told.length ? told : [document.body.dataset.lost]);
}

export function tell(element, role, parts) {
  const place = document.createElement("div");
  place.setAttribute("role", role);
  place.append(...parts);
  element.append(place);
}

async function pageOf(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
