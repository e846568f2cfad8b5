// What our scripts find in the window beside the browser's own.

/** vendor/vega-embed.min.js, loaded by charts.js. */
declare function vegaEmbed(place: HTMLElement, spec: object, options: object): Promise<unknown>;

interface HTMLElementEventMap {
  /** An answer is being written (watch.js); a lab that draws it in another way prevents the default. */
  "run:partial": CustomEvent<import("../../fluencylab/web/static/js/watch.js").Writing[]>;
}
