/*
 * Tells the server the browser's time zone, in a cookie that config/middleware.py reads: times are the reader's from the
 * next page on.
 */
(() => {
    "use strict";

    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone && /^[\w+/-]+$/.test(zone) && !document.cookie.split("; ").includes(`zone=${zone}`)) {
        const secure = location.protocol === "https:" ? "; Secure" : "";
        document.cookie = `zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    }
})();
