/*
 * The page with the sliders: keeps a range input and its number input equal, and shows the share of each weight. The
 * number is the form field: without this script the page works with numbers only.
 */
"use strict";

(() => {
    const numberFormat = (digits) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits });

    /** Fill a template such as "{weight} of {sum}". */
    const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

    const numberOf = (setting) => setting.querySelector("input[type=number]");

    const isWeight = (setting) => setting.querySelector("[data-means=share]") !== null;

    /** The value of the field; NaN if it is not a number. */
    const valueOf = (setting) => numberOf(setting).valueAsNumber;

    /** Show the share of each weight of a group, and the percentage of a fraction. */
    const explain = (group) => {
        const settings = [...group.querySelectorAll(".slider")];
        const weights = settings.filter(isWeight).map(valueOf).filter(Number.isFinite);
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const total = group.querySelector("[data-total]");
        if (total) {
            total.textContent = numberFormat(4).format(sum);
        }
        for (const means of group.querySelectorAll("[data-means]")) {
            const setting = means.closest(".slider");
            const value = valueOf(setting);
            const isShare = means.dataset.means === "share";
            let text = "";
            if (Number.isFinite(value) && (!isShare || sum > 0)) {
                text = fill(means.dataset.text, {
                    weight: numberFormat(4).format(value),
                    sum: numberFormat(4).format(sum),
                    percent: isShare ? numberFormat(1).format((100 * value) / sum) : numberFormat(2).format(100 * value),
                });
            }
            means.textContent = text;
            const range = setting.querySelector("input[type=range]");
            if (range) {
                range.setAttribute("aria-valuetext", text || range.value);
            }
        }
    };

    /** Mark a setting that differs from the active version's. */
    const compare = (setting) => {
        const number = numberOf(setting);
        const box = setting.querySelector("input[type=checkbox]");
        const isSame = number ? number.valueAsNumber === Number(setting.dataset.active) : String(box.checked) === setting.dataset.active;
        setting.classList.toggle("is-changed", !isSame);
        setting.querySelector(".policy-was").hidden = isSame;
    };

    const settings = document.getElementById("policy-settings");
    if (settings) {
        const ranges = [...settings.querySelectorAll("input[type=range]")];
        const follow = (range) => {
            const number = document.getElementById(range.dataset.moves);
            if (Number.isFinite(number.valueAsNumber)) {
                range.value = number.value;
            }
        };
        for (const range of ranges) {
            range.hidden = false;
            follow(range);
        }
        for (const group of settings.querySelectorAll(".policy-group")) {
            explain(group);
        }
        settings.addEventListener("input", (event) => {
            const setting = event.target.closest(".slider");
            const range = setting.querySelector("input[type=range]");
            if (event.target === range) {
                numberOf(setting).value = range.value;
            } else if (range) {
                follow(range);
            }
            compare(setting);
            explain(setting.closest(".policy-group"));
        });
    }

    /* Signing in again in another tab changes the CSRF token: send the new one. */
    const renewTokens = () => {
        const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
        if (token) {
            for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
                input.value = token;
            }
        }
        return token;
    };
    document.addEventListener("submit", renewTokens, true);
    document.body.addEventListener("htmx:configRequest", (event) => {
        const token = renewTokens();
        if (event.detail.verb === "post" && token) {
            event.detail.parameters.csrfmiddlewaretoken = token;
        }
    });

    /* The preview: invalid fields are marked for screen readers, and a failed request is reported. */
    const panel = document.getElementById("preview-panel");
    if (!panel) {
        return;
    }
    const say = (text) => {
        document.getElementById("preview-note").textContent = text;
        panel.classList.add("is-stale");
    };
    const answer = document.getElementById("preview");
    let hadFocus = false;
    document.body.addEventListener("htmx:beforeSwap", (event) => {
        const { requestConfig, xhr } = event.detail;
        hadFocus = answer.contains(document.activeElement);
        const arrived = new URL(xhr.responseURL || requestConfig.path, document.baseURI).pathname;
        if (arrived !== new URL(requestConfig.path, document.baseURI).pathname) {
            // Redirected to the login: do not insert that page into this one.
            event.detail.shouldSwap = false;
            say(panel.dataset.signedOut);
        } else if (xhr.status < 400) {
            panel.classList.toggle("is-stale", xhr.getResponseHeader("HX-Reswap") === "none");
        }
    });
    document.body.addEventListener("htmx:afterSwap", () => {
        // The pressed button is gone: move the keyboard focus to the panel.
        if (hadFocus && document.activeElement === document.body) {
            panel.focus({ preventScroll: true });
        }
    });
    for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
        document.body.addEventListener(name, (event) => {
            say(event.detail.xhr?.status === 403 ? panel.dataset.signedOut : panel.dataset.failed);
        });
    }
    document.getElementById("preview-note").textContent = panel.dataset.begun;
    document.body.addEventListener("htmx:oobAfterSwap", (event) => {
        const name = /^errors-(.+)$/.exec(event.detail.target.id)?.[1];
        const setting = name && document.querySelector(`.slider[data-setting="${name}"]`);
        if (setting) {
            const isWrong = event.detail.target.textContent.trim() !== "";
            setting.querySelector("[name]").toggleAttribute("aria-invalid", false);
            if (isWrong) {
                setting.querySelector("[name]").setAttribute("aria-invalid", "true");
            }
        }
    });
})();
