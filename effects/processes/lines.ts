/**
 * Lines of a stream of text.
 *
 * @module
 */

/** Cuts text into lines; the last one need not have an end. */
export class TextLineStream extends TransformStream<string, string> {
  /** A stream that has seen nothing yet. */
  constructor() {
    let rest = "";
    super({
      transform(chunk, controller) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        if (rest !== "") controller.enqueue(rest);
      },
    });
  }
}
