/**
 * The example for browsers: the outcome is the text of the page.
 *
 * @module
 */
import { replicate } from "./three_nodes.ts";

// This project's compiler options have no browser in them, and a page is all that is needed of one.
declare const document: { readonly body: { textContent: string } };

document.body.textContent = JSON.stringify(replicate("hello"));
