/**
 * Looks for what keeps people from using a page: controls without a name, and text that is hard to read.
 *
 * @module
 */
import type { Page } from "playwright-core";

/** What was found, in words. Runs in the page, where colours are what the browser makes of them. */
export async function findings(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(LOOK);
  if (!Array.isArray(found)) throw new Error("Nothing was looked at.");
  return found.map(String);
}

const LOOK = `(() => {
  const found = [];
  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color, over) => {
    pixel.clearRect(0, 0, 1, 1);
    for (const layer of [...over, color]) { pixel.fillStyle = layer; pixel.fillRect(0, 0, 1, 1); }
    return [...pixel.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const grounds = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    return layers;
  };
  const isShown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const nameOf = (element) => {
    const labelled = element.getAttribute("aria-labelledby");
    if (labelled !== null) return document.getElementById(labelled)?.innerText ?? "";
    return element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "";
  };
  for (const element of document.querySelectorAll("button, a, input, select, textarea, summary, [role=img], [role=region], [role=group], progress")) {
    if (isShown(element) && nameOf(element).trim() === "") found.push("no name: " + element.outerHTML.slice(0, 90));
  }
  for (const element of document.querySelectorAll("section")) {
    if (element.id === "" && nameOf(element).trim() === "") found.push("no name: " + element.outerHTML.slice(0, 90));
  }
  for (const element of document.querySelectorAll("#app *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!own || !isShown(element) || element.closest(":disabled, .announce, option, select") !== null) continue;
    const layers = grounds(element);
    const ground = rgba("transparent", layers);
    const text = rgba(getComputedStyle(element).color, layers);
    const [light, dark] = [luminance(ground), luminance(text)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) found.push("contrast " + ratio.toFixed(2) + ": " + element.outerHTML.slice(0, 90));
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push("twice: #" + id);
  if (document.querySelectorAll("h1").length !== 1 || document.documentElement.lang === "") found.push("no title or language");
  return [...new Set(found)];
})()`;
