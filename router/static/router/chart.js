/*
 * Shows the value under the pointer below charts with two axes (figure[data-chart]); arrow keys step through the values.
 * The text comes from the drawing: every .band has it in its <title>, which also works without scripts.
 */
(() => {
    "use strict";

    const prepared = new WeakSet();

    function prepare(figure) {
        const reading = figure.querySelector(".chart-reading");
        const plot = figure.querySelector(".chart-plot");
        const cursor = figure.querySelector(".chart-cursor");
        const bands = [...figure.querySelectorAll(".band")];
        if (prepared.has(figure) || bands.length === 0) {
            return;
        }
        prepared.add(figure);

        const texts = bands.map((band) => {
            const title = band.querySelector("title");
            const text = title.textContent;
            // The browser's own tooltip would show the value twice.
            title.remove();
            return text;
        });
        const latest = bands.length - 1;
        let current = latest;

        function show(place) {
            current = Math.min(latest, Math.max(0, place));
            reading.textContent = texts[current];
            cursor.setAttribute("x1", bands[current].dataset.middle);
            cursor.setAttribute("x2", bands[current].dataset.middle);
            figure.classList.add("is-read");
        }

        function leave() {
            show(latest);
            figure.classList.remove("is-read");
        }

        plot.addEventListener("pointermove", (event) => {
            const box = plot.getBoundingClientRect();
            show(Math.floor((bands.length * (event.clientX - box.left)) / box.width));
        });
        plot.addEventListener("pointerleave", leave);

        const field = plot.parentElement.closest(".chart-keys") || wrap(plot);
        field.addEventListener("keydown", (event) => {
            const to = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: latest }[event.key];
            if (to !== undefined) {
                event.preventDefault();
                show(to);
            }
        });
        field.addEventListener("focus", () => show(current));
        field.addEventListener("blur", leave);
    }

    /* To a screen reader a drawing is one image; the element around it takes the keys, with the same name. */
    function wrap(plot) {
        const field = document.createElement("div");
        field.className = "chart-keys";
        field.tabIndex = 0;
        field.setAttribute("role", "group");
        field.setAttribute("aria-labelledby", plot.querySelector("title").id);
        plot.replaceWith(field);
        field.append(plot);
        return field;
    }

    function prepareAll(root) {
        root.querySelectorAll("figure[data-chart]").forEach(prepare);
    }

    prepareAll(document);
    // Parts that htmx inserted.
    document.addEventListener("htmx:load", (event) => prepareAll(event.detail.elt.parentElement || event.detail.elt));
})();
