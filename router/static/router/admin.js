/*
 * Adds accessible names to controls that Django's admin scripts create without one: the fields that search while the
 * user types (Select2), and the help icons beside two lists (SelectFilter2).
 */
(() => {
    "use strict";

    function nameSearchFields(root) {
        for (const field of root.querySelectorAll("select + .select2 .select2-selection")) {
            const select = field.closest(".select2").previousElementSibling;
            const label = select.labels[0];
            const value = field.querySelector(".select2-selection__rendered");
            if (label) {
                label.id ||= `${select.id}_label`;
                field.setAttribute("aria-labelledby", value ? `${label.id} ${value.id}` : label.id);
                value?.setAttribute("aria-labelledby", label.id);
                nameDropdown(field, label);
            }
        }
    }

    /* The dropdown below a field: the list that it controls, and its search box. */
    function nameDropdown(field, label) {
        const list = field.getAttribute("aria-owns");
        if (list) {
            field.setAttribute("aria-controls", list);
            document.querySelector(".select2-dropdown .select2-search__field")?.setAttribute("aria-labelledby", label.id);
        }
    }

    function nameIcons(root) {
        for (const icon of root.querySelectorAll(".help-tooltip[aria-label]:not([role])")) {
            icon.setAttribute("role", "img");
        }
    }

    function nameAll() {
        nameSearchFields(document);
        nameIcons(document);
    }

    // Those scripts run at unknown times, and again for each row that is added to a form.
    new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
    nameAll();
})();
