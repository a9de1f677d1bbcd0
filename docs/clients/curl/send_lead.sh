#!/usr/bin/env bash
# Send a lead to the marketplace, once, over a line that may fail: send_lead.sh lead.json [KEY]
#
# Needs curl 7.71 or later. LEADS_URL is the address of the marketplace, LEADS_TOKEN the token of your intake client.
# Prints the answer. Exit status: 0 the lead has arrived, 1 it was refused, 2 it could not be delivered.
set -euo pipefail

lead=$1
# Names this lead: however often it is sent under the same key, within 24 hours, it is taken in once.
key=${2:-$(uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid)}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# The token comes by a file that is none: an argument would be seen by everybody on this machine.
# curl waits 1, 2, 4 ... seconds between attempts, or as long as Retry-After says. It tries again after a connection that
# failed or broke off, and after 408, 429, 500, 502, 503 and 504.
status=$(
    curl --silent --show-error --output "$answer" --write-out '%{http_code}' \
        --connect-timeout 5 --max-time 20 --retry 7 --retry-all-errors --retry-max-time 300 \
        --config <(printf 'header = "Authorization: Token %s"\n' "$LEADS_TOKEN") \
        --header "Content-Type: application/json" --header "Idempotency-Key: $key" \
        --data-binary "@$lead" "${LEADS_URL%/}/api/leads/"
) || true

case $status in
    201)
        cat "$answer"
        echo
        ;;
    # Try later: nobody knows whether it arrived, or it is not the lead's fault.
    000 | "" | 429 | 5??)
        echo "Not delivered (status ${status:-000}). Try again later: $0 $lead $key" >&2
        exit 2
        ;;
    *)
        # Which field is wrong stands in "fields".
        echo "Refused (status $status):" >&2
        cat "$answer" >&2
        echo >&2
        exit 1
        ;;
esac
